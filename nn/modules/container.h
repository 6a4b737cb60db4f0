// Modules and parameters in lists and dictionaries.
#pragma once

#include "nn/cloneable.h"

namespace tandem::nn {

/// Base of modules that only hold others, or parameters: a clone holds copies of all.
template <class Derived> struct Container : ClonedAsPart<Derived> {
  std::shared_ptr<Module> clone(const std::optional<Device>& device = {}) const override {
    return this->template clone_of<Derived>(device);
  }

 protected:
  void check_index(std::size_t index, std::size_t size) const {
    check<IndexError>(index < size, this->label(), ": Index out of range: ", index, " of ", size);
  }
  /// A child as the class that it is asked for as.
  template <class Impl> Impl& as_child(const std::shared_ptr<Module>& child) const {
    auto* const module = dynamic_cast<Impl*>(child.get());
    if (module == nullptr)
      fail(this->label(), ": Unable to cast module ", child->name(),
           " to the class that it was asked for as");
    return *module;
  }
};

/// Children "0", "1", ... without a forward of their own.
struct ModuleListImpl : Container<ModuleListImpl> {
  struct Iterator {
    const OrderedDict<std::string, std::shared_ptr<Module>>::Item* item;
    const std::shared_ptr<Module>& operator*() const { return item->value(); }
    const std::shared_ptr<Module>* operator->() const { return &item->value(); }
    Iterator& operator++() { return ++item, *this; }
    friend bool operator==(const Iterator&, const Iterator&) = default;
  };

  ModuleListImpl() = default;
  template <class... Modules>
  requires(sizeof...(Modules) > 0) explicit ModuleListImpl(Modules&&... modules) {
    (push_back(std::forward<Modules>(modules)), ...);
  }
  /// A handle, a shared pointer, or a module, which is moved or copied.
  template <class ModuleType> void push_back(ModuleType&& module) {
    register_module(std::to_string(size()), as_shared(std::forward<ModuleType>(module)));
  }
  /// Before the module at a position, which may be one past the last.
  template <class ModuleType> void insert(std::size_t index, ModuleType&& module) {
    check_index(index, size() + 1);
    auto modules = children();
    modules.insert(modules.begin() + static_cast<std::ptrdiff_t>(index),
                   as_shared(std::forward<ModuleType>(module)));
    own_children().clear();
    extend(modules);
  }
  template <class Container> void extend(const Container& modules) {
    for (const auto& module : modules) push_back(module);
  }
  std::size_t size() const { return named_children().size(); }
  bool is_empty() const { return size() == 0; }
  std::shared_ptr<Module> operator[](std::size_t index) const { return ptr(index); }
  std::shared_ptr<Module> ptr(std::size_t index) const {
    check_index(index, size());
    return named_children()[index].value();
  }
  /// The module at a place, as an Impl; Error if it is another.
  template <class Impl> Impl& at(std::size_t index) const {
    return this->template as_child<Impl>(ptr(index));
  }
  template <class Impl> std::shared_ptr<Impl> ptr(std::size_t index) const {
    at<Impl>(index);
    return std::static_pointer_cast<Impl>(ptr(index));
  }
  /// An iterator over the modules.
  auto begin() const { return Iterator{named_children().items().data()}; }
  auto end() const { return Iterator{named_children().items().data() + size()}; }
  std::string label() const override { return "ModuleList"; }
  void pretty_print(std::ostream& stream) const override;
};
TANDEM_MODULE(ModuleList);

/// Children by name, without a forward of their own. An item has a key() and a value().
struct ModuleDictImpl : Container<ModuleDictImpl> {
  ModuleDictImpl() = default;
  template <class Items>
  requires(!std::is_base_of_v<Module, Items>) explicit ModuleDictImpl(const Items& items) {
    update(items);
  }
  /// Puts the module in the place of one with that name, or at the end.
  template <class ModuleType> void insert(const std::string& key, ModuleType&& module) {
    auto shared = as_shared(std::forward<ModuleType>(module));
    if (contains(key))
      replace_module(key, std::move(shared));
    else
      register_module(key, std::move(shared));
  }
  /// Each item of a dictionary, a list of pairs, or another ModuleDict.
  template <class Items> void update(const Items& items) {
    for (const auto& [key, module] : items) insert(key, module);
  }
  std::shared_ptr<Module> operator[](const std::string& key) const { return named_children()[key]; }
  template <class Impl> Impl& at(const std::string& key) const {
    return this->template as_child<Impl>(named_children()[key]);
  }
  bool contains(const std::string& key) const { return named_children().contains(key); }
  std::shared_ptr<Module> pop(const std::string& key) {
    std::shared_ptr<Module> module = named_children()[key];
    unregister_module(key);
    return module;
  }
  void clear() { own_children().clear(); }
  std::vector<std::string> keys() const { return named_children().keys(); }
  std::vector<std::shared_ptr<Module>> values() const { return named_children().values(); }
  auto items() const { return named_children().pairs(); }
  std::size_t size() const { return named_children().size(); }
  bool empty() const { return size() == 0; }
  auto begin() const { return named_children().begin(); }
  auto end() const { return named_children().end(); }
  std::string label() const override { return "ModuleDict"; }
  void pretty_print(std::ostream& stream) const override;
};
TANDEM_MODULE(ModuleDict);

/// Parameters "0", "1", ... An item has a key() and a value().
struct ParameterListImpl : Container<ParameterListImpl> {
  ParameterListImpl() = default;
  template <class... Tensors>
  requires(sizeof...(Tensors) > 0 && (std::is_convertible_v<Tensors, Tensor> &&
                                      ...)) explicit ParameterListImpl(const Tensors&... tensors) {
    (append(tensors), ...);
  }
  void append(const Tensor& tensor) {
    register_parameter(std::to_string(size()), tensor, tensor.requires_grad());
  }
  void append(const OrderedDict<std::string, Tensor>::Item& item) { append(item.value()); }
  /// Tensors, or the items of another ParameterList.
  template <class Tensors> void extend(const Tensors& tensors) {
    for (const auto& tensor : tensors) append(tensor);
  }
  ParameterListImpl& operator+=(const ParameterListImpl& other) { return extend(other), *this; }
  Tensor& at(std::size_t index) {
    check_index(index, size());
    return own_parameters()[index].value();
  }
  Tensor& operator[](std::size_t index) { return at(index); }
  std::size_t size() const { return own_parameters().size(); }
  bool is_empty() const { return size() == 0; }
  auto begin() const { return own_parameters().begin(); }
  auto end() const { return own_parameters().end(); }
  std::string label() const override { return "ParameterList"; }
  std::string extra_repr() const override;
};
TANDEM_MODULE(ParameterList);

/// Parameters by name. An item has a key() and a value().
struct ParameterDictImpl : Container<ParameterDictImpl> {
  ParameterDictImpl() = default;
  explicit ParameterDictImpl(const OrderedDict<std::string, Tensor>& tensors) {
    for (const auto& [key, tensor] : tensors) insert(key, tensor);
  }
  Tensor insert(const std::string& key, const Tensor& tensor) {
    return register_parameter(key, tensor, tensor.requires_grad());
  }
  /// Tensors for names that are there.
  template <class Items> void update(const Items& items) {
    for (const auto& [key, tensor] : items) get(key);
    for (const auto& [key, tensor] : items) get(key) = tensor;
  }
  Tensor& get(const std::string& key) { return own_parameters()[key]; }
  Tensor& operator[](const std::string& key) { return get(key); }
  Tensor pop(const std::string& key) {
    Tensor tensor = get(key);
    own_parameters().erase(key);
    return tensor;
  }
  void clear() { own_parameters().clear(); }
  bool contains(const std::string& key) const { return own_parameters().contains(key); }
  std::vector<std::string> keys() const { return own_parameters().keys(); }
  std::vector<Tensor> values() const { return own_parameters().values(); }
  std::size_t size() const { return own_parameters().size(); }
  bool empty() const { return size() == 0; }
  auto begin() const { return own_parameters().begin(); }
  auto end() const { return own_parameters().end(); }
  std::string label() const override { return "ParameterDict"; }
  std::string extra_repr() const override;
};
TANDEM_MODULE(ParameterDict);

}  // namespace tandem::nn
