// The functions whose error the program measures, with what they are measured against.
#pragma once

#include <tandem/tandem.h>

#include <vector>

namespace tandem::accuracy {

/// A formula in double and in long double; in float, where it is one function of <cmath>, libm's.
struct Truth {
  template <class Formula> Truth(Formula formula)
      : in_double(formula), in_long_double(formula), in_float(formula) {}
  double (*in_double)(double);
  long double (*in_long_double)(long double);
  float (*in_float)(float);
};

enum class Origin { libm, formula };
enum class Graph { any, odd, rising, odd_and_rising };

struct Function {
  const char* name;
  double bound;       ///< of float32, in units of the last place, as docs/accuracy.md states it
  double wide_bound;  ///< of float64; 0: none is stated
  Tensor (*op)(const Tensor&);
  Truth truth;
  Origin origin = Origin::libm;
  float (*sleef)(float) = nullptr;
  Graph graph = Graph::any;
};

const std::vector<Function>& functions();

}  // namespace tandem::accuracy
