// A dictionary that keeps the order in which its items came.
#pragma once

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "core/base/error.h"

namespace tandem {

/// libtorch's OrderedDict: keys are new each time, and found one after another. Throws Error,
/// naming `key_description` and the key, for one that is there twice or not at all.
template <class Key, class Value> class OrderedDict {
 public:
  /// `item.key()`, `item.value()`, or `*item` and `item->` for the value.
  struct Item : std::pair<Key, Value> {
    using std::pair<Key, Value>::pair;
    const Key& key() const { return this->first; }
    Value& value() { return this->second; }
    const Value& value() const { return this->second; }
    Value& operator*() { return this->second; }
    const Value& operator*() const { return this->second; }
    Value* operator->() { return &this->second; }
    const Value* operator->() const { return &this->second; }
    const std::pair<Key, Value>& pair() const { return *this; }
  };

  explicit OrderedDict(std::string key_description = "Key")
      : key_description_(std::move(key_description)) {}
  OrderedDict(std::initializer_list<Item> items) : OrderedDict() {
    for (const Item& item : items) insert(item.first, item.second);
  }

  std::size_t size() const { return items_.size(); }
  bool is_empty() const { return items_.empty(); }
  bool empty() const { return items_.empty(); }
  void clear() { items_.clear(); }
  void reserve(std::size_t count) { items_.reserve(count); }

  Value& insert(Key key, Value value) {
    check(find(key) == nullptr, key_description_, " '", key, "' already defined");
    return items_.emplace_back(std::move(key), std::move(value)).second;
  }
  void update(const OrderedDict& other) {
    reserve(size() + other.size());
    for (const Item& item : other) insert(item.first, item.second);
  }
  void erase(const Key& key) { items_.erase(items_.begin() + (&item_at(key) - items_.data())); }

  /// The value, or null.
  Value* find(const Key& key) {
    Item* const item = search(key);
    return item == nullptr ? nullptr : &item->second;
  }
  const Value* find(const Key& key) const { return const_cast<OrderedDict*>(this)->find(key); }
  bool contains(const Key& key) const { return find(key) != nullptr; }
  Value& operator[](const Key& key) { return item_at(key).second; }
  const Value& operator[](const Key& key) const {
    return const_cast<OrderedDict*>(this)->item_at(key).second;
  }
  /// The item at a position.
  Item& operator[](std::size_t index) {
    check<IndexError>(index < size(), "OrderedDict: index ", index, " is out of range for ", size(),
                      " items");
    return items_[index];
  }
  const Item& operator[](std::size_t index) const {
    return (*const_cast<OrderedDict*>(this))[index];
  }
  const Item& front() const { return end_item("front", 0); }
  const Item& back() const { return end_item("back", size() - 1); }

  std::vector<Key> keys() const {
    std::vector<Key> result;
    for (const Item& item : items_) result.push_back(item.first);
    return result;
  }
  std::vector<Value> values() const {
    std::vector<Value> result;
    for (const Item& item : items_) result.push_back(item.second);
    return result;
  }
  std::vector<std::pair<Key, Value>> pairs() const { return {items_.begin(), items_.end()}; }
  const std::vector<Item>& items() const { return items_; }
  const std::string& key_description() const { return key_description_; }

  auto begin() { return items_.begin(); }
  auto end() { return items_.end(); }
  auto begin() const { return items_.begin(); }
  auto end() const { return items_.end(); }

 private:
  const Item& end_item(const char* call, std::size_t index) const {
    check(!items_.empty(), "OrderedDict: Called ", call, "() on an empty OrderedDict");
    return items_[index];
  }
  Item* search(const Key& key) {
    for (Item& item : items_)
      if (item.first == key) return &item;
    return nullptr;
  }
  Item& item_at(const Key& key) {
    Item* const item = search(key);
    check(item != nullptr, key_description_, " '", key, "' is not defined");
    return *item;
  }

  std::string key_description_;
  std::vector<Item> items_;
};

}  // namespace tandem
