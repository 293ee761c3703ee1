// The one call of libtorch that tch does not offer: a whole group of parameters in one fused step of AdamW.
// Source of the arithmetic: torch.optim.AdamW(fused=True).
#include <ATen/ATen.h>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <optional>
#include <vector>

namespace {
std::vector<at::Tensor> gather(at::Tensor* const* tensors, size_t count) {
  std::vector<at::Tensor> list;
  list.reserve(count);
  for (size_t index = 0; index < count; ++index) list.push_back(*tensors[index]);
  return list;
}
}  // namespace

// The caller has switched gradients off. Returns null, or a message that the caller frees with `r1rewards_free_message`.
extern "C" char* r1rewards_fused_adamw(at::Tensor* const* parameters, at::Tensor* const* gradients, at::Tensor* const* means,
                                       at::Tensor* const* squares, at::Tensor* const* steps, size_t count, double learning_rate,
                                       double beta1, double beta2, double weight_decay, double epsilon,
                                       at::Tensor* gradient_divisor) {
  try {
    auto values = gather(parameters, count), first = gather(means, count), second = gather(squares, count);
    auto slopes = gather(gradients, count), counts = gather(steps, count);
    auto divisor = gradient_divisor ? std::optional<at::Tensor>(*gradient_divisor) : std::nullopt;
    at::_fused_adamw_(values, slopes, first, second, /*max_exp_avg_sqs=*/{}, counts, learning_rate, beta1, beta2, weight_decay,
                      epsilon, /*amsgrad=*/false, /*maximize=*/false, /*grad_scale=*/divisor, /*found_inf=*/std::nullopt);
    return nullptr;
  } catch (const std::exception& error) {
    return strdup(error.what());
  } catch (...) {
    return strdup("an exception that is not std::exception");
  }
}

extern "C" void r1rewards_free_message(char* message) { std::free(message); }
