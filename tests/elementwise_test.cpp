// Every rule of the op lists, by every dtype and layout: the loops must give what the rule's own
// scalar code gives, bit for bit; for the 16-bit dtypes in float32, rounded once. A new rule is
// covered without an edit here.
#include "tests/devices.h"
#include "tests/expect.h"
#include "tests/rule_inputs.h"

namespace tandem::testing {
namespace {

/// The element type of a rule's result for elements T, when it computes in C.
template <class T, class C, class Result> using ResultOf =
    std::conditional_t<std::is_same_v<Result, C>, T, Result>;

class Elementwise : public OnDevice {
 protected:
  /// float64 calls the device's libm, which differs from the host's by roundings.
  template <class T> bool agrees(T actual, T expected) const {
    if constexpr (std::is_same_v<T, double>)
      if (!on_cpu()) return is_close(actual, expected, 1e-13);
    return same_bits(actual, expected);
  }

  template <class T>
  void expect_agreement(const std::vector<T>& actual, const std::vector<T>& expected) const {
    ASSERT_EQ(actual.size(), expected.size());
    for (std::size_t i = 0; i < actual.size(); ++i)
      ASSERT_TRUE(agrees(actual[i], expected[i]))
          << "element " << i << ": " << +actual[i] << ", expected " << +expected[i];
  }

  // What depends on the rule comes as functions: code for every rule and dtype stays small.

  template <class T, class Y> void expect_values(const char* rule, Domain domain,
                                                 Tensor (*op)(const Tensor&), Y (*value)(T)) const {
    for (const Layout& x : layouts<T>(domain, device())) {
      SCOPED_TRACE(std::string(rule) + " of " + x.name + ", " + name_of(dtype_of<T>));
      const Tensor y = op(x.tensor);
      ASSERT_EQ(y.dtype(), dtype_of<Y>);
      ASSERT_EQ(y.sizes(), x.tensor.sizes());
      std::vector<Y> expected;
      for (T element : elements<T>(x.tensor)) expected.push_back(value(element));
      expect_agreement(elements<Y>(y), expected);
    }
  }

  template <class Rule, class T> void check_unary_values() const {
    using C = ComputeType<T>;
    using Y = ResultOf<T, C, decltype(Rule{}.value(C()))>;
    expect_values<T, Y>(
        Rule::name, domain_of<Rule>(), [](const Tensor& x) { return elementwise(Rule{}, x); },
        [](T x) { return static_cast<Y>(Rule{}.value(C(x))); });
  }

  /// `passed_on(from, grad)`: from is the input or, if asked for, the output.
  template <class T> void expect_gradients(const char* rule, Domain domain,
                                           Tensor (*op)(const Tensor&), bool from_output,
                                           T (*passed_on)(T from, T grad)) const {
    for (const Layout& layout : layouts<T>(domain, device())) {
      SCOPED_TRACE(std::string("gradient of ") + rule + " at " + layout.name + ", " +
                   name_of(dtype_of<T>));
      const Tensor x = layout.tensor.detach().requires_grad_(true);
      const Tensor y = op(x);
      const Tensor gradient = tensor_of(draws<T>(Domain::real, x.numel(), 5), x.sizes(), device());
      y.backward(gradient);
      const auto from = elements<T>(from_output ? y : x), grad = elements<T>(gradient);
      std::vector<T> expected;
      for (std::size_t i = 0; i < from.size(); ++i) expected.push_back(passed_on(from[i], grad[i]));
      expect_agreement(elements<T>(x.grad()), expected);
    }
  }

  template <class Rule, class T> void check_unary_gradients() const {
    using C = ComputeType<T>;
    expect_gradients<T>(
        Rule::name, domain_of<Rule>(), [](const Tensor& x) { return elementwise(Rule{}, x); },
        HasSlopeFromOutput<Rule>,
        [](T from, T grad) {
          if constexpr (HasSlopeFromInput<Rule>)
            return static_cast<T>(passed_gradient<Rule, C>(grad, Rule{}.slope_from_input(C(from))));
          else if constexpr (HasSlopeFromOutput<Rule>)
            return static_cast<T>(
                passed_gradient<Rule, C>(grad, Rule{}.slope_from_output(C(from))));
          else
            return C(Rule{}.slope()) == 0 ? T(0) : static_cast<T>(grad * C(Rule{}.slope()));
        });
  }

  /// Pairs of operands: two of one layout, and shapes that broadcast against each other.
  template <class T> std::vector<std::pair<Layout, Layout>> pairs(Domain domain) const {
    const auto first = layouts<T>(domain, device(), 1), second = layouts<T>(domain, device(), 2);
    std::vector<std::pair<Layout, Layout>> all;
    for (std::size_t i = 0; i < first.size(); ++i) all.emplace_back(first[i], second[i]);
    const auto filled = [&](const Shape& shape) {
      return Layout{shape.str(), tensor_of(draws<T>(domain, shape.numel(), 3), shape, device())};
    };
    const auto hard = first.back();
    all.emplace_back(filled({8, 33}), filled({33}));
    all.emplace_back(filled({8, 1}), filled({1, 33}));
    all.emplace_back(filled({}), filled({17}));
    all.emplace_back(filled({4, 1, 5}), filled({3, 1}));
    all.emplace_back(filled({12, 9}), Layout{"transposed", filled({9, 12}).tensor.t()});
    all.emplace_back(filled({2, 0}), filled({1}));
    if (hard.name == "hard numbers")
      all.emplace_back(hard, Layout{"hard column", hard.tensor.unsqueeze(1)});
    return all;
  }

  using BinaryOp = Tensor (*)(const Tensor&, const Tensor&);

  template <class T, class Y>
  void expect_values(const char* rule, Domain domain, BinaryOp op, Y (*value)(T, T)) const {
    for (const auto& [a, b] : pairs<T>(domain)) {
      SCOPED_TRACE(std::string(rule) + " of " + a.name + " and " + b.name + ", " +
                   name_of(dtype_of<T>));
      const Tensor y = op(a.tensor, b.tensor);
      ASSERT_EQ(y.dtype(), dtype_of<Y>);
      const auto left = elements<T>(a.tensor.expand(y.sizes())),
                 right = elements<T>(b.tensor.expand(y.sizes()));
      std::vector<Y> expected;
      for (std::size_t i = 0; i < left.size(); ++i) expected.push_back(value(left[i], right[i]));
      expect_agreement(elements<Y>(y), expected);
    }
  }

  template <class Rule, class T> void check_binary_values() const {
    using C = ComputeType<T>;
    using Y = ResultOf<T, C, decltype(Rule{}.value(C(), C()))>;
    expect_values<T, Y>(
        Rule::name, domain_of<Rule>(),
        [](const Tensor& a, const Tensor& b) { return elementwise(Rule{}, a, b); },
        [](T a, T b) { return static_cast<Y>(Rule{}.value(C(a), C(b))); });
  }

  /// `to_a(a, b, grad)` and `to_b` are what an element passes on.
  template <class T> void expect_gradients(const char* rule, Domain domain, BinaryOp op,
                                           T (*to_a)(T, T, T), T (*to_b)(T, T, T)) const {
    for (const auto& [first, second] : pairs<T>(domain)) {
      if (first.tensor.sizes() != second.tensor.sizes()) continue;
      SCOPED_TRACE(std::string("gradient of ") + rule + " at " + first.name + ", " +
                   name_of(dtype_of<T>));
      const Tensor a = first.tensor.detach().requires_grad_(true),
                   b = second.tensor.detach().requires_grad_(true);
      const Tensor gradient = tensor_of(draws<T>(Domain::real, a.numel(), 5), a.sizes(), device());
      op(a, b).backward(gradient);
      const auto left = elements<T>(a), right = elements<T>(b), grad = elements<T>(gradient);
      std::vector<T> expected_a, expected_b;
      for (std::size_t i = 0; i < left.size(); ++i) {
        expected_a.push_back(to_a(left[i], right[i], grad[i]));
        expected_b.push_back(to_b(left[i], right[i], grad[i]));
      }
      expect_agreement(elements<T>(a.grad()), expected_a);
      expect_agreement(elements<T>(b.grad()), expected_b);
    }
  }

  template <class Rule, class T> void check_binary_gradients() const {
    using C = ComputeType<T>;
    expect_gradients<T>(
        Rule::name, domain_of<Rule>(),
        [](const Tensor& a, const Tensor& b) { return elementwise(Rule{}, a, b); },
        [](T a, T b, T grad) {
          if constexpr (HasBinarySlopes<Rule>)
            return static_cast<T>(passed_gradient<Rule, C>(grad, Rule{}.slope_a(C(a), C(b))));
          else
            return static_cast<T>(passed_gradient<Rule, C>(grad, C(Rule{}.slope_a())));
        },
        [](T a, T b, T grad) {
          if constexpr (HasBinarySlopes<Rule>)
            return static_cast<T>(passed_gradient<Rule, C>(grad, Rule{}.slope_b(C(a), C(b))));
          else
            return static_cast<T>(passed_gradient<Rule, C>(grad, C(Rule{}.slope_b())));
        });
  }

  /// A number as the other operand must act as a tensor filled with it.
  template <class T> void expect_number_operand(const char* rule, Domain domain, BinaryOp op,
                                                Tensor (*right)(const Tensor&, T),
                                                Tensor (*left)(T, const Tensor&)) const {
    const Tensor x = tensor_of(draws<T>(domain, 33, 7), {33}, device());
    const T number = draws<T>(domain, 1, 8)[0];
    const Tensor filled = full({33}, number, on(dtype_of<T>));
    SCOPED_TRACE(std::string(rule) + " with a number, " + name_of(dtype_of<T>));
    EXPECT_TRUE(same_bits(right(x, number), op(x, filled)));
    EXPECT_TRUE(same_bits(left(number, x), op(filled, x)));
  }

  template <class Rule, class T> void check_number_operand() const {
    expect_number_operand<T>(
        Rule::name, domain_of<Rule>(),
        [](const Tensor& a, const Tensor& b) { return elementwise(Rule{}, a, b); },
        [](const Tensor& a, T b) { return elementwise(Rule{}, a, b); },
        [](T a, const Tensor& b) { return elementwise(Rule{}, a, b); });
  }
};

INSTANTIATE_TEST_SUITE_P(Devices, Elementwise, every_device(), device_name);

TEST_P(Elementwise, UnaryValuesAreTheRules) {
  UnaryOps::for_each([&]<class Rule>() {
    check_unary_values<Rule, Float16>();
    check_unary_values<Rule, BFloat16>();
    check_unary_values<Rule, float>();
    check_unary_values<Rule, double>();
  });
}

TEST_P(Elementwise, UnaryIntegers) {
  UnaryOps::for_each([&]<class Rule>() {
    if constexpr (supports_integers<Rule>()) {
      check_unary_values<Rule, std::int64_t>();
      check_unary_values<Rule, std::int32_t>();
      check_unary_values<Rule, std::int16_t>();
      check_unary_values<Rule, std::uint8_t>();
      check_unary_values<Rule, bool>();
    }
  });
}

TEST_P(Elementwise, OtherUnaryRulesTakeIntegersToFloat32) {
  const Tensor x = tensor({1, 2, 3}, on(kInt64));
  UnaryOps::for_each([&]<class Rule>() {
    if constexpr (!supports_integers<Rule>()) {
      EXPECT_TRUE(same_bits(elementwise(Rule{}, x), elementwise(Rule{}, x.to(kFloat32))))
          << Rule::name;
    }
  });
}

TEST_P(Elementwise, UnaryGradientsAreTheRules) {
  UnaryOps::for_each([&]<class Rule>() {
    if constexpr (slope_form<Rule>() != SlopeForm::none) {
      check_unary_gradients<Rule, Float16>();
      check_unary_gradients<Rule, BFloat16>();
      check_unary_gradients<Rule, float>();
      check_unary_gradients<Rule, double>();
    }
  });
}

TEST_P(Elementwise, BinaryValuesAreTheRules) {
  BinaryOps::for_each([&]<class Rule>() {
    check_binary_values<Rule, Float16>();
    check_binary_values<Rule, BFloat16>();
    check_binary_values<Rule, float>();
    check_binary_values<Rule, double>();
  });
}

TEST_P(Elementwise, BinaryIntegers) {
  BinaryOps::for_each([&]<class Rule>() {
    if constexpr (supports_integers<Rule>()) {
      check_binary_values<Rule, std::int64_t>();
      check_binary_values<Rule, std::int32_t>();
      check_binary_values<Rule, std::int16_t>();
      check_binary_values<Rule, std::uint8_t>();
      check_binary_values<Rule, bool>();
    }
  });
}

TEST_P(Elementwise, BinaryGradientsAreTheRules) {
  BinaryOps::for_each([&]<class Rule>() {
    if constexpr (HasBinarySlopes<Rule> || HasConstantBinarySlopes<Rule>) {
      check_binary_gradients<Rule, Float16>();
      check_binary_gradients<Rule, BFloat16>();
      check_binary_gradients<Rule, float>();
      check_binary_gradients<Rule, double>();
    }
  });
}

TEST_P(Elementwise, NumbersAreOperands) {
  BinaryOps::for_each([&]<class Rule>() {
    check_number_operand<Rule, Float16>();
    check_number_operand<Rule, BFloat16>();
    check_number_operand<Rule, float>();
    check_number_operand<Rule, double>();
    if constexpr (supports_integers<Rule>()) check_number_operand<Rule, std::int64_t>();
  });
}

TEST(ElementwiseLists, HoldWhatWasPromised) {
  EXPECT_GE(UnaryOps::size, 30);
  EXPECT_GE(BinaryOps::size, 12);
}

TEST_P(Elementwise, WhereChooses) {
  for (const Layout& x : layouts<float>(Domain::real, device())) {
    const Tensor condition = x.tensor > 0, other = full({}, 7.5, on());
    const auto picked = elements<float>(where(condition, x.tensor, other)),
               from = elements<float>(x.tensor);
    for (std::size_t i = 0; i < from.size(); ++i)
      EXPECT_TRUE(same_bits(picked[i], from[i] > 0 ? from[i] : 7.5f))
          << x.name << ", element " << i;
  }
}

TEST_P(Elementwise, IntegersStayExact) {
  const std::int64_t big = (std::int64_t{1} << 60) + 1;
  const Tensor x = full({3}, big, on(kInt64));
  EXPECT_EQ((x + 1)[0].item<std::int64_t>(), big + 1);
  EXPECT_EQ((-x)[0].item<std::int64_t>(), -big);
  EXPECT_EQ(x.clamp(0, std::int64_t{1} << 61)[0].item<std::int64_t>(), big);
  EXPECT_EQ(maximum(x, x - 1)[0].item<std::int64_t>(), big);
  EXPECT_TRUE(is_close(tensor({-5, 3, 9}, device()).clamp(0, 7), {0, 3, 7}));
  EXPECT_TRUE((x == big).all().item<bool>());
  EXPECT_FALSE((x == big - 1).any().item<bool>());
}

TEST_P(Elementwise, InPlaceGivesTheSameBits) {
  for (const Layout& layout : layouts<float>(Domain::positive, device())) {
    if (layout.name.find("broadcast") != std::string::npos) continue;
    SCOPED_TRACE(layout.name);
    const Tensor& x = layout.tensor;
    EXPECT_TRUE(same_bits(x.clone().tanh_(), tanh(x)));
    EXPECT_TRUE(same_bits(x.clone().mul_(x), x * x));
    EXPECT_TRUE(same_bits(x.clone().sub_(2.5), x - 2.5));
    // Through the view itself: neighbours in the storage stay as they are.
    Tensor whole = zeros({50, 60}, on());
    Tensor view = whole.slice(0, 1, 50, 3).slice(1, 2, 60, 2);
    view.add_(1);
    EXPECT_EQ(whole.sum().item(), static_cast<double>(view.numel()));
  }
}

TEST_P(Elementwise, OverlappingOperandsAreReadBeforeTheyChange) {
  Tensor x = arange(9, on(kFloat32)).reshape({3, 3});
  const Tensor expected = x + x.t();
  x.add_(x.t());
  EXPECT_TRUE(same_bits(x, expected));
  Tensor line = arange(10, on(kFloat32));
  line.slice(0, 1).copy_(line.slice(0, 0, 9));
  EXPECT_TRUE(is_close(line, {0, 0, 1, 2, 3, 4, 5, 6, 7, 8}));
}

TEST_P(Elementwise, NumbersAreComparedInTheTensorsDtype) {
  for (const DType dtype : {kFloat16, kBFloat16, kFloat32, kFloat64}) {
    const Tensor x = tensor({0.1, 1.04}, on(dtype));
    EXPECT_TRUE(x[0].eq(0.1).item<bool>() && x[1].eq(1.04).item<bool>()) << name_of(dtype);
    EXPECT_FALSE(any(x < 0.1).item<bool>() || any(x > 1.04).item<bool>()) << name_of(dtype);
  }
}

TEST_P(Elementwise, AlphaDoesNotDecideTheDtype) {
  const Tensor x = tensor({1.5, 2.5}, on(kFloat16)), bytes = tensor({1, 0}, on(kUInt8));
  EXPECT_TRUE(equal(add(x, bytes, -2), tensor({-0.5, 2.5}, on(kFloat16))));
  EXPECT_TRUE(equal(sub(x, bytes, 0.5), tensor({1.0, 2.5}, on(kFloat16))));
  EXPECT_TRUE(equal(x.clone().add_(bytes, -2), tensor({-0.5, 2.5}, on(kFloat16))));
  EXPECT_TRUE(throws([&] { add(bytes, bytes, 0.5); }, {"add", "alpha", "0.5", "uint8[2]"}));
}

}  // namespace
}  // namespace tandem::testing
