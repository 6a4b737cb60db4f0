// Modules and parameters in lists and dictionaries.
#pragma once

#include "nn/cloneable.h"

namespace tandem::nn {

/// Base of modules that only hold others, or parameters: a clone holds copies of all.
template <class Derived> struct Container : ClonedAsPart<Derived> {
  std::shared_ptr<Module> clone(const std::optional<Device>& device = {}) const override {
    return this->template clone_of<Derived>(device);
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
  requires(sizeof...(Modules) > 0) explicit ModuleListImpl(const Modules&... modules) {
    (push_back(modules), ...);
  }
  template <class ModuleType> void push_back(const ModuleType& module) {
    register_module(std::to_string(size()), module);
  }
  template <class Container> void extend(const Container& modules) {
    for (const auto& module : modules) push_back(module);
  }
  std::size_t size() const { return named_children().size(); }
  bool is_empty() const { return size() == 0; }
  std::shared_ptr<Module> operator[](std::size_t index) const { return ptr(index); }
  std::shared_ptr<Module> ptr(std::size_t index) const {
    check<IndexError>(index < size(), "ModuleList: index ", index, " is out of range for ", size(),
                      " modules");
    return named_children()[index].value();
  }
  /// The module at a place, as an Impl; Error if it is another.
  template <class Impl> Impl& at(std::size_t index) const {
    auto* const module = dynamic_cast<Impl*>(ptr(index).get());
    check(module != nullptr, "ModuleList: module ", index, " is a ", ptr(index)->name());
    return *module;
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

/// A handle with the list's operator[] and loops.
class ModuleList : public ModuleHolder<ModuleListImpl> {
 public:
  using ModuleHolder<ModuleListImpl>::ModuleHolder;
  using Impl [[maybe_unused]] = ModuleListImpl;
  std::shared_ptr<Module> operator[](std::size_t index) const { return (*get())[index]; }
  auto begin() const { return get()->begin(); }
  auto end() const { return get()->end(); }
};

/// Children by name, without a forward of their own.
struct ModuleDictImpl : Container<ModuleDictImpl> {
  ModuleDictImpl() = default;
  explicit ModuleDictImpl(const Named<std::shared_ptr<Module>>& modules) { update(modules); }
  template <class ModuleType> void insert(const std::string& key, const ModuleType& module) {
    register_module(key, module);
  }
  void update(const Named<std::shared_ptr<Module>>& modules) {
    for (const auto& [key, module] : modules) register_module(key, module);
  }
  std::shared_ptr<Module> operator[](const std::string& key) const { return named_children()[key]; }
  template <class Impl> Impl& at(const std::string& key) const {
    auto* const module = dynamic_cast<Impl*>(named_children()[key].get());
    check(module != nullptr, "ModuleDict: '", key, "' is a ", named_children()[key]->name());
    return *module;
  }
  bool contains(const std::string& key) const { return named_children().contains(key); }
  std::shared_ptr<Module> pop(const std::string& key) {
    std::shared_ptr<Module> module = named_children()[key];
    unregister_module(key);
    return module;
  }
  std::vector<std::string> keys() const { return named_children().keys(); }
  std::vector<std::shared_ptr<Module>> values() const { return named_children().values(); }
  auto items() const { return named_children().pairs(); }
  std::size_t size() const { return named_children().size(); }
  bool empty() const { return size() == 0; }
  std::string label() const override { return "ModuleDict"; }
  void pretty_print(std::ostream& stream) const override;
};
TANDEM_MODULE(ModuleDict);

/// Parameters "0", "1", ...
struct ParameterListImpl : Container<ParameterListImpl> {
  ParameterListImpl() = default;
  template <class... Tensors>
  requires(sizeof...(Tensors) > 0) explicit ParameterListImpl(const Tensors&... tensors) {
    (append(tensors), ...);
  }
  void append(const Tensor& tensor) {
    register_parameter(std::to_string(size()), tensor, tensor.requires_grad());
  }
  Tensor operator[](std::size_t index) const { return named_parameters(false)[index].value(); }
  std::size_t size() const { return named_parameters(false, false).size(); }
  std::string label() const override { return "ParameterList"; }
  std::string extra_repr() const override;
};
TANDEM_MODULE(ParameterList);

/// Parameters by name.
struct ParameterDictImpl : Container<ParameterDictImpl> {
  ParameterDictImpl() = default;
  explicit ParameterDictImpl(const OrderedDict<std::string, Tensor>& tensors) {
    for (const auto& [key, tensor] : tensors) insert(key, tensor);
  }
  Tensor insert(const std::string& key, const Tensor& tensor) {
    return register_parameter(key, tensor, tensor.requires_grad());
  }
  Tensor operator[](const std::string& key) const { return named_parameters(false, false)[key]; }
  bool contains(const std::string& key) const {
    return named_parameters(false, false).contains(key);
  }
  std::vector<std::string> keys() const { return named_parameters(false, false).keys(); }
  std::vector<Tensor> values() const { return named_parameters(false, false).values(); }
  std::size_t size() const { return named_parameters(false, false).size(); }
  std::string label() const override { return "ParameterDict"; }
  std::string extra_repr() const override;
};
TANDEM_MODULE(ParameterDict);

}  // namespace tandem::nn
