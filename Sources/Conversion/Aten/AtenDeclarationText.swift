// Written by Scripts/generate-aten-declarations.py from torch 2.13.0. Do not edit.

/// PyTorch's declarations, one a line.
enum AtenDeclarationText {
  static let lines = #"""
    aten::__and__.Scalar(Tensor self, Scalar other) -> Tensor
    aten::__and__.Tensor(Tensor self, Tensor other) -> Tensor
    aten::__and__.bool(bool a, bool b) -> bool
    aten::__and__.int(int a, int b) -> int
    aten::__or__.Scalar(Tensor self, Scalar other) -> Tensor
    aten::__or__.Tensor(Tensor self, Tensor other) -> Tensor
    aten::__or__.bool(bool a, bool b) -> bool
    aten::__or__.int(int a, int b) -> int
    aten::__xor__.Scalar(Tensor self, Scalar other) -> Tensor
    aten::__xor__.Tensor(Tensor self, Tensor other) -> Tensor
    aten::__xor__.bool(bool a, bool b) -> bool
    aten::__xor__.int(int a, int b) -> int
    aten::_adaptive_avg_pool2d(Tensor self, SymInt[2] output_size) -> Tensor
    aten::_adaptive_avg_pool3d(Tensor self, SymInt[3] output_size) -> Tensor
    aten::_assert_async(Tensor self) -> ()
    aten::_assert_async.msg(Tensor self, str assert_msg) -> ()
    aten::_assert_scalar(Scalar self, str assert_msg) -> ()
    aten::_assert_tensor_metadata(Tensor a, SymInt[]? size=None, SymInt[]? stride=None, ScalarType? dtype=None, *, Device? device=None, Layout? layout=None) -> ()
    aten::_batch_norm_impl_index(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool training, float momentum, float eps, bool cudnn_enabled) -> (Tensor, Tensor, Tensor, Tensor, int)
    aten::_cdist_forward(Tensor x1, Tensor x2, float p, int? compute_mode) -> Tensor
    aten::_convolution(Tensor input, Tensor weight, Tensor? bias, SymInt[] stride, SymInt[] padding, SymInt[] dilation, bool transposed, SymInt[] output_padding, SymInt groups, bool benchmark, bool deterministic, bool cudnn_enabled, bool allow_tf32) -> Tensor
    aten::_convolution.deprecated(Tensor input, Tensor weight, Tensor? bias, SymInt[] stride, SymInt[] padding, SymInt[] dilation, bool transposed, int[] output_padding, SymInt groups, bool benchmark, bool deterministic, bool cudnn_enabled) -> Tensor
    aten::_functional_assert_async.msg(Tensor self, str assert_msg, Tensor dep_token) -> Tensor
    aten::_index_put_impl(Tensor self, Tensor?[] indices, Tensor values, bool accumulate=False, bool unsafe=False) -> Tensor
    aten::_local_scalar_dense(Tensor self) -> Scalar
    aten::_log_softmax(Tensor self, int dim, bool half_to_float) -> Tensor
    aten::_native_batch_norm_legit.no_stats(Tensor input, Tensor? weight, Tensor? bias, bool training, float momentum, float eps) -> (Tensor, Tensor, Tensor)
    aten::_native_batch_norm_legit_no_training(Tensor input, Tensor? weight, Tensor? bias, Tensor running_mean, Tensor running_var, float momentum, float eps) -> (Tensor, Tensor, Tensor)
    aten::_pad_circular(Tensor self, SymInt[] pad) -> Tensor
    aten::_prelu_kernel(Tensor self, Tensor weight) -> Tensor
    aten::_safe_softmax(Tensor self, int dim, ScalarType? dtype=None) -> Tensor
    aten::_scaled_dot_product_attention_math(Tensor query, Tensor key, Tensor value, Tensor? attn_mask=None, float dropout_p=0., bool is_causal=False, Tensor? dropout_mask=None, *, float? scale=None, bool enable_gqa=False) -> (Tensor, Tensor)
    aten::_scaled_dot_product_flash_attention_for_cpu(Tensor query, Tensor key, Tensor value, float dropout_p=0., bool is_causal=False, *, Tensor? attn_mask=None, float? scale=None) -> (Tensor output, Tensor logsumexp)
    aten::_softmax(Tensor self, int dim, bool half_to_float) -> Tensor
    aten::_to_copy(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, bool non_blocking=False, MemoryFormat? memory_format=None) -> Tensor
    aten::_unsafe_index.Tensor(Tensor self, Tensor?[] indices) -> Tensor
    aten::_unsafe_index.Tensor_hacked_twin(Tensor self, Tensor[] indices) -> Tensor
    aten::_unsafe_index_put(Tensor self, Tensor?[] indices, Tensor values, bool accumulate=False) -> Tensor
    aten::_unsafe_index_put.hacked_twin(Tensor self, Tensor[] indices, Tensor values, bool accumulate=False) -> Tensor
    aten::_unsafe_view(Tensor self, SymInt[] size) -> Tensor
    aten::_weight_norm(Tensor v, Tensor g, int dim=0) -> Tensor
    aten::_weight_norm_interface(Tensor v, Tensor g, int dim=0) -> (Tensor, Tensor)
    aten::_upsample_bicubic2d_aa(Tensor self, SymInt[2] output_size, bool align_corners, float? scales_h=None, float? scales_w=None) -> Tensor
    aten::_upsample_bicubic2d_aa.vec(Tensor input, SymInt[]? output_size, bool align_corners, float[]? scale_factors) -> Tensor
    aten::_upsample_bilinear2d_aa(Tensor self, SymInt[2] output_size, bool align_corners, float? scales_h=None, float? scales_w=None) -> Tensor
    aten::_upsample_bilinear2d_aa.vec(Tensor input, SymInt[]? output_size, bool align_corners, float[]? scale_factors) -> Tensor
    aten::_upsample_nearest_exact1d(Tensor self, SymInt[1] output_size, float? scales=None) -> Tensor
    aten::_upsample_nearest_exact1d.vec(Tensor input, SymInt[]? output_size, float[]? scale_factors) -> Tensor
    aten::_upsample_nearest_exact2d(Tensor self, SymInt[2] output_size, float? scales_h=None, float? scales_w=None) -> Tensor
    aten::_upsample_nearest_exact2d.vec(Tensor input, SymInt[]? output_size, float[]? scale_factors) -> Tensor
    aten::_upsample_nearest_exact3d(Tensor self, SymInt[3] output_size, float? scales_d=None, float? scales_h=None, float? scales_w=None) -> Tensor
    aten::_upsample_nearest_exact3d.vec(Tensor input, SymInt[]? output_size, float[]? scale_factors) -> Tensor
    aten::abs(Tensor self) -> Tensor
    aten::absolute(Tensor self) -> Tensor
    aten::acos(Tensor self) -> Tensor
    aten::acos.Scalar(Scalar a) -> Scalar
    aten::acos.complex(complex a) -> complex
    aten::acos.float(float a) -> float
    aten::acos.int(int a) -> float
    aten::acosh(Tensor self) -> Tensor
    aten::acosh.Scalar(Scalar a) -> Scalar
    aten::acosh.complex(complex a) -> complex
    aten::acosh.float(float a) -> float
    aten::acosh.int(int a) -> float
    aten::adaptive_avg_pool1d(Tensor self, int[1] output_size) -> Tensor
    aten::adaptive_avg_pool2d(Tensor self, SymInt[2] output_size) -> Tensor
    aten::adaptive_avg_pool3d(Tensor self, SymInt[3] output_size) -> Tensor
    aten::adaptive_max_pool1d(Tensor self, int[1] output_size) -> (Tensor, Tensor)
    aten::adaptive_max_pool2d(Tensor self, int[2] output_size) -> (Tensor, Tensor)
    aten::adaptive_max_pool3d(Tensor self, int[3] output_size) -> (Tensor, Tensor)
    aten::add(Scalar a, Scalar b) -> Scalar
    aten::add.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor
    aten::add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor
    aten::add.complex(complex a, complex b) -> complex
    aten::add.complex_float(complex a, float b) -> complex
    aten::add.complex_int(complex a, int b) -> complex
    aten::add.float(float a, float b) -> float
    aten::add.float_complex(float a, complex b) -> complex
    aten::add.float_int(float a, int b) -> float
    aten::add.int(int a, int b) -> int
    aten::add.int_complex(int a, complex b) -> complex
    aten::add.int_float(int a, float b) -> float
    aten::add.str(str a, str b) -> str
    aten::add.t(t[] a, t[] b) -> t[]
    aten::addcdiv(Tensor self, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor
    aten::addcmul(Tensor self, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor
    aten::addmm(Tensor self, Tensor mat1, Tensor mat2, *, Scalar beta=1, Scalar alpha=1) -> Tensor
    aten::addmm.dtype(Tensor self, Tensor mat1, Tensor mat2, ScalarType out_dtype, *, Scalar beta=1, Scalar alpha=1) -> Tensor
    aten::addmv(Tensor self, Tensor mat, Tensor vec, *, Scalar beta=1, Scalar alpha=1) -> Tensor
    aten::adjoint(Tensor self) -> Tensor
    aten::affine_grid_generator(Tensor theta, SymInt[] size, bool align_corners) -> Tensor
    aten::alias(Tensor self) -> Tensor
    aten::alias_copy(Tensor self) -> Tensor
    aten::all(Tensor self) -> Tensor
    aten::all.bool(bool[] self) -> bool
    aten::all.dim(Tensor self, int dim, bool keepdim=False) -> Tensor
    aten::all.dims(Tensor self, int[]? dim=None, bool keepdim=False) -> Tensor
    aten::all.float(float[] self) -> bool
    aten::all.int(int[] self) -> bool
    aten::alpha_dropout(Tensor input, float p, bool train) -> Tensor
    aten::amax(Tensor self, int[1] dim=[], bool keepdim=False) -> Tensor
    aten::amin(Tensor self, int[1] dim=[], bool keepdim=False) -> Tensor
    aten::aminmax(Tensor self, *, int? dim=None, bool keepdim=False) -> (Tensor min, Tensor max)
    aten::any(Tensor self) -> Tensor
    aten::any.bool(bool[] self) -> bool
    aten::any.dim(Tensor self, int dim, bool keepdim=False) -> Tensor
    aten::any.dims(Tensor self, int[]? dim=None, bool keepdim=False) -> Tensor
    aten::any.float(float[] self) -> bool
    aten::any.int(int[] self) -> bool
    aten::any.str(str[] self) -> bool
    aten::arange(Scalar end, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor
    aten::arange.start(Scalar start, Scalar end, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor
    aten::arange.start_step(Scalar start, Scalar end, Scalar step=1, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor
    aten::argmax(Tensor self, int? dim=None, bool keepdim=False) -> Tensor
    aten::argmin(Tensor self, int? dim=None, bool keepdim=False) -> Tensor
    aten::argsort(Tensor self, int dim=-1, bool descending=False) -> Tensor
    aten::argsort.stable(Tensor self, *, bool stable, int dim=-1, bool descending=False) -> Tensor
    aten::as_strided(Tensor self, SymInt[] size, SymInt[] stride, SymInt? storage_offset=None) -> Tensor
    aten::asin(Tensor self) -> Tensor
    aten::asin.Scalar(Scalar a) -> Scalar
    aten::asin.complex(complex a) -> complex
    aten::asin.float(float a) -> float
    aten::asin.int(int a) -> float
    aten::asinh(Tensor self) -> Tensor
    aten::asinh.Scalar(Scalar a) -> Scalar
    aten::asinh.complex(complex a) -> complex
    aten::asinh.float(float a) -> float
    aten::asinh.int(int a) -> float
    aten::atan(Tensor self) -> Tensor
    aten::atan.Scalar(Scalar a) -> Scalar
    aten::atan.complex(complex a) -> complex
    aten::atan.float(float a) -> float
    aten::atan.int(int a) -> float
    aten::atan2(Tensor self, Tensor other) -> Tensor
    aten::atan2.Scalar_Scalar(Scalar a, Scalar b) -> float
    aten::atan2.float(float a, float b) -> float
    aten::atan2.float_int(float a, int b) -> float
    aten::atan2.int(int a, int b) -> float
    aten::atan2.int_float(int a, float b) -> float
    aten::atanh(Tensor self) -> Tensor
    aten::atanh.Scalar(Scalar a) -> Scalar
    aten::atanh.complex(complex a) -> complex
    aten::atanh.float(float a) -> float
    aten::atanh.int(int a) -> float
    aten::atleast_1d(Tensor self) -> Tensor
    aten::atleast_1d.Sequence(Tensor[] tensors) -> Tensor[]
    aten::atleast_2d(Tensor self) -> Tensor
    aten::atleast_2d.Sequence(Tensor[] tensors) -> Tensor[]
    aten::avg_pool1d(Tensor self, int[1] kernel_size, int[1] stride=[], int[1] padding=[0], bool ceil_mode=False, bool count_include_pad=True) -> Tensor
    aten::avg_pool2d(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, bool ceil_mode=False, bool count_include_pad=True, int? divisor_override=None) -> Tensor
    aten::avg_pool3d(Tensor self, int[3] kernel_size, int[3] stride=[], int[3] padding=0, bool ceil_mode=False, bool count_include_pad=True, int? divisor_override=None) -> Tensor
    aten::baddbmm(Tensor self, Tensor batch1, Tensor batch2, *, Scalar beta=1, Scalar alpha=1) -> Tensor
    aten::baddbmm.dtype(Tensor self, Tensor batch1, Tensor batch2, ScalarType out_dtype, *, Scalar beta=1, Scalar alpha=1) -> Tensor
    aten::batch_norm(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool training, float momentum, float eps, bool cudnn_enabled) -> Tensor
    aten::bilinear(Tensor input1, Tensor input2, Tensor weight, Tensor? bias=None) -> Tensor
    aten::bitwise_and.Scalar(Tensor self, Scalar other) -> Tensor
    aten::bitwise_and.Scalar_Tensor(Scalar self, Tensor other) -> Tensor
    aten::bitwise_and.Tensor(Tensor self, Tensor other) -> Tensor
    aten::bitwise_not(Tensor self) -> Tensor
    aten::bitwise_or.Scalar(Tensor self, Scalar other) -> Tensor
    aten::bitwise_or.Scalar_Tensor(Scalar self, Tensor other) -> Tensor
    aten::bitwise_or.Tensor(Tensor self, Tensor other) -> Tensor
    aten::bitwise_xor.Scalar(Tensor self, Scalar other) -> Tensor
    aten::bitwise_xor.Scalar_Tensor(Scalar self, Tensor other) -> Tensor
    aten::bitwise_xor.Tensor(Tensor self, Tensor other) -> Tensor
    aten::bmm(Tensor self, Tensor mat2) -> Tensor
    aten::bmm.dtype(Tensor self, Tensor mat2, ScalarType out_dtype) -> Tensor
    aten::broadcast_tensors(Tensor[] tensors) -> Tensor[]
    aten::broadcast_to(Tensor self, SymInt[] size) -> Tensor
    aten::cat(Tensor[] tensors, int dim=0) -> Tensor
    aten::cdist(Tensor x1, Tensor x2, float p=2., int? compute_mode=None) -> Tensor
    aten::ceil(Tensor self) -> Tensor
    aten::ceil.Scalar(Scalar a) -> Scalar
    aten::ceil.float(float a) -> int
    aten::ceil.int(int a) -> int
    aten::celu(Tensor self, Scalar alpha=1.) -> Tensor
    aten::channel_shuffle(Tensor self, SymInt groups) -> Tensor
    aten::chunk(Tensor self, int chunks, int dim=0) -> Tensor[]
    aten::clamp(Tensor self, Scalar? min=None, Scalar? max=None) -> Tensor
    aten::clamp.Tensor(Tensor self, Tensor? min=None, Tensor? max=None) -> Tensor
    aten::clamp_max(Tensor self, Scalar max) -> Tensor
    aten::clamp_max.Tensor(Tensor self, Tensor max) -> Tensor
    aten::clamp_min(Tensor self, Scalar min) -> Tensor
    aten::clamp_min.Tensor(Tensor self, Tensor min) -> Tensor
    aten::clip(Tensor self, Scalar? min=None, Scalar? max=None) -> Tensor
    aten::clip.Tensor(Tensor self, Tensor? min=None, Tensor? max=None) -> Tensor
    aten::clone(Tensor self, *, MemoryFormat? memory_format=None) -> Tensor
    aten::col2im(Tensor self, SymInt[2] output_size, int[2] kernel_size, int[2] dilation, int[2] padding, int[2] stride) -> Tensor
    aten::column_stack(Tensor[] tensors) -> Tensor
    aten::concat(Tensor[] tensors, int dim=0) -> Tensor
    aten::concatenate(Tensor[] tensors, int dim=0) -> Tensor
    aten::constant_pad_nd(Tensor self, SymInt[] pad, Scalar value=0) -> Tensor
    aten::contiguous(Tensor self, *, MemoryFormat memory_format=0) -> Tensor
    aten::conv1d(Tensor input, Tensor weight, Tensor? bias=None, SymInt[1] stride=[1], SymInt[1] padding=[0], SymInt[1] dilation=[1], SymInt groups=1) -> Tensor
    aten::conv1d.padding(Tensor input, Tensor weight, Tensor? bias=None, SymInt[1] stride=[1], str padding="valid", SymInt[1] dilation=[1], SymInt groups=1) -> Tensor
    aten::conv2d(Tensor input, Tensor weight, Tensor? bias=None, SymInt[2] stride=[1, 1], SymInt[2] padding=[0, 0], SymInt[2] dilation=[1, 1], SymInt groups=1) -> Tensor
    aten::conv2d.padding(Tensor input, Tensor weight, Tensor? bias=None, SymInt[2] stride=[1, 1], str padding="valid", SymInt[2] dilation=[1, 1], SymInt groups=1) -> Tensor
    aten::conv3d(Tensor input, Tensor weight, Tensor? bias=None, SymInt[3] stride=[1, 1, 1], SymInt[3] padding=[0, 0, 0], SymInt[3] dilation=[1, 1, 1], SymInt groups=1) -> Tensor
    aten::conv3d.padding(Tensor input, Tensor weight, Tensor? bias=None, SymInt[3] stride=[1, 1, 1], str padding="valid", SymInt[3] dilation=[1, 1, 1], SymInt groups=1) -> Tensor
    aten::conv_transpose1d(Tensor input, Tensor weight, Tensor? bias=None, SymInt[1] stride=[1], SymInt[1] padding=[0], SymInt[1] output_padding=[0], SymInt groups=1, SymInt[1] dilation=[1]) -> Tensor
    aten::conv_transpose2d.input(Tensor input, Tensor weight, Tensor? bias=None, SymInt[2] stride=[1, 1], SymInt[2] padding=[0, 0], SymInt[2] output_padding=[0, 0], SymInt groups=1, SymInt[2] dilation=[1, 1]) -> Tensor
    aten::conv_transpose3d.input(Tensor input, Tensor weight, Tensor? bias=None, SymInt[3] stride=[1, 1, 1], SymInt[3] padding=[0, 0, 0], SymInt[3] output_padding=[0, 0, 0], SymInt groups=1, SymInt[3] dilation=[1, 1, 1]) -> Tensor
    aten::convolution(Tensor input, Tensor weight, Tensor? bias, SymInt[] stride, SymInt[] padding, SymInt[] dilation, bool transposed, SymInt[] output_padding, SymInt groups) -> Tensor
    aten::copy(Tensor self, Tensor src, bool non_blocking=False) -> Tensor
    aten::copy.Dict_Tensor(Dict(Tensor, t)(a) self) -> Dict(Tensor, t)
    aten::copy.Dict_bool(Dict(bool, t)(a) self) -> Dict(bool, t)
    aten::copy.Dict_complex(Dict(complex, t)(a) self) -> Dict(complex, t)
    aten::copy.Dict_float(Dict(float, t)(a) self) -> Dict(float, t)
    aten::copy.Dict_int(Dict(int, t)(a) self) -> Dict(int, t)
    aten::copy.Dict_str(Dict(str, t)(a) self) -> Dict(str, t)
    aten::copy.t(t[](a) self) -> t[]
    aten::cos(Tensor self) -> Tensor
    aten::cos.Scalar(Scalar a) -> Scalar
    aten::cos.complex(complex a) -> complex
    aten::cos.float(float a) -> float
    aten::cos.int(int a) -> float
    aten::cosh(Tensor self) -> Tensor
    aten::cosh.Scalar(Scalar a) -> Scalar
    aten::cosh.complex(complex a) -> complex
    aten::cosh.float(float a) -> float
    aten::cosh.int(int a) -> float
    aten::cosine_similarity(Tensor x1, Tensor x2, int dim=1, float eps=1e-08) -> Tensor
    aten::count_nonzero(Tensor self, int? dim=None) -> Tensor
    aten::count_nonzero.dim_IntList(Tensor self, int[] dim) -> Tensor
    aten::cudnn_batch_norm(Tensor input, Tensor weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool training, float exponential_average_factor, float epsilon) -> (Tensor, Tensor, Tensor, Tensor)
    aten::cumprod(Tensor self, int dim, *, ScalarType? dtype=None) -> Tensor
    aten::cumsum(Tensor self, int dim, *, ScalarType? dtype=None) -> Tensor
    aten::deg2rad(Tensor self) -> Tensor
    aten::detach(Tensor self) -> Tensor
    aten::detach_copy(Tensor self) -> Tensor
    aten::diagonal(Tensor self, int offset=0, int dim1=0, int dim2=1) -> Tensor
    aten::diagonal_copy(Tensor self, int offset=0, int dim1=0, int dim2=1) -> Tensor
    aten::dim(Tensor self) -> int
    aten::div(Scalar a, Scalar b) -> float
    aten::div.Scalar(Tensor self, Scalar other) -> Tensor
    aten::div.Scalar_mode(Tensor self, Scalar other, *, str? rounding_mode) -> Tensor
    aten::div.Tensor(Tensor self, Tensor other) -> Tensor
    aten::div.Tensor_mode(Tensor self, Tensor other, *, str? rounding_mode) -> Tensor
    aten::div.complex(complex a, complex b) -> complex
    aten::div.float(float a, float b) -> float
    aten::div.int(int a, int b) -> float
    aten::divide.Scalar(Tensor self, Scalar other) -> Tensor
    aten::divide.Scalar_mode(Tensor self, Scalar other, *, str? rounding_mode) -> Tensor
    aten::divide.Tensor(Tensor self, Tensor other) -> Tensor
    aten::divide.Tensor_mode(Tensor self, Tensor other, *, str? rounding_mode) -> Tensor
    aten::dot(Tensor self, Tensor tensor) -> Tensor
    aten::dropout(Tensor input, float p, bool train) -> Tensor
    aten::dstack(Tensor[] tensors) -> Tensor
    aten::einsum(str equation, Tensor[] tensors, *, int[]? path=None) -> Tensor
    aten::einsum.sublist(Tensor a, ...) -> Tensor
    aten::elu(Tensor self, Scalar alpha=1, Scalar scale=1, Scalar input_scale=1) -> Tensor
    aten::embedding(Tensor weight, Tensor indices, SymInt padding_idx=-1, bool scale_grad_by_freq=False, bool sparse=False) -> Tensor
    aten::empty.memory_format(SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor
    aten::empty_like(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor
    aten::eq(Scalar a, Scalar b) -> bool
    aten::eq.Scalar(Tensor self, Scalar other) -> Tensor
    aten::eq.Tensor(Tensor self, Tensor other) -> Tensor
    aten::eq.Tensor_list(Tensor[] a, Tensor[] b) -> bool
    aten::eq.bool(bool a, bool b) -> bool
    aten::eq.bool_list(bool[] a, bool[] b) -> bool
    aten::eq.complex(complex a, complex b) -> bool
    aten::eq.complex_float(complex a, float b) -> bool
    aten::eq.device(Device a, Device b) -> bool
    aten::eq.enum(AnyEnumType a, AnyEnumType b) -> bool
    aten::eq.float(float a, float b) -> bool
    aten::eq.float_complex(float a, complex b) -> bool
    aten::eq.float_int(float a, int b) -> bool
    aten::eq.float_list(float[] a, float[] b) -> bool
    aten::eq.int(int a, int b) -> bool
    aten::eq.int_float(int a, float b) -> bool
    aten::eq.int_list(int[] a, int[] b) -> bool
    aten::eq.str(str a, str b) -> bool
    aten::eq.str_list(str[] a, str[] b) -> bool
    aten::erf(Tensor self) -> Tensor
    aten::erf.Scalar(Scalar a) -> Scalar
    aten::erf.float(float a) -> float
    aten::erf.int(int a) -> float
    aten::erfc(Tensor self) -> Tensor
    aten::erfc.Scalar(Scalar a) -> Scalar
    aten::erfc.float(float a) -> float
    aten::erfc.int(int a) -> float
    aten::exp(Tensor self) -> Tensor
    aten::exp.Scalar(Scalar a) -> Scalar
    aten::exp.complex(complex a) -> complex
    aten::exp.float(float a) -> float
    aten::exp.int(int a) -> float
    aten::exp2(Tensor self) -> Tensor
    aten::expand(Tensor self, SymInt[] size, *, bool implicit=False) -> Tensor
    aten::expand_as(Tensor self, Tensor other) -> Tensor
    aten::expand_copy(Tensor self, SymInt[] size, *, bool implicit=False) -> Tensor
    aten::expm1(Tensor self) -> Tensor
    aten::expm1.Scalar(Scalar a) -> Scalar
    aten::expm1.float(float a) -> float
    aten::expm1.int(int a) -> float
    aten::eye(SymInt n, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor
    aten::eye.m(SymInt n, SymInt m, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor
    aten::feature_alpha_dropout(Tensor input, float p, bool train) -> Tensor
    aten::feature_dropout(Tensor input, float p, bool train) -> Tensor
    aten::fill.Scalar(Tensor self, Scalar value) -> Tensor
    aten::fill.Tensor(Tensor self, Tensor value) -> Tensor
    aten::fix(Tensor self) -> Tensor
    aten::flatten.using_ints(Tensor self, int start_dim=0, int end_dim=-1) -> Tensor
    aten::flip(Tensor self, int[] dims) -> Tensor
    aten::fliplr(Tensor self) -> Tensor
    aten::flipud(Tensor self) -> Tensor
    aten::floor(Tensor self) -> Tensor
    aten::floor.Scalar(Scalar a) -> Scalar
    aten::floor.float(float a) -> int
    aten::floor.int(int a) -> int
    aten::floor_divide(Tensor self, Tensor other) -> Tensor
    aten::floor_divide.Scalar(Tensor self, Scalar other) -> Tensor
    aten::fmax(Tensor self, Tensor other) -> Tensor
    aten::fmin(Tensor self, Tensor other) -> Tensor
    aten::fmod(Scalar a, Scalar b) -> float
    aten::fmod.Scalar(Tensor self, Scalar other) -> Tensor
    aten::fmod.Tensor(Tensor self, Tensor other) -> Tensor
    aten::fmod.float(float a, float b) -> float
    aten::fmod.float_int(float a, int b) -> float
    aten::fmod.int(int a, int b) -> float
    aten::fmod.int_float(int a, float b) -> float
    aten::frac(Tensor self) -> Tensor
    aten::frobenius_norm.dim(Tensor self, int[1] dim, bool keepdim=False) -> Tensor
    aten::full(SymInt[] size, Scalar fill_value, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor
    aten::full_like(Tensor self, Scalar fill_value, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor
    aten::gather(Tensor self, int dim, Tensor index, *, bool sparse_grad=False) -> Tensor
    aten::ge(Scalar a, Scalar b) -> bool
    aten::ge.Scalar(Tensor self, Scalar other) -> Tensor
    aten::ge.Tensor(Tensor self, Tensor other) -> Tensor
    aten::ge.float(float a, float b) -> bool
    aten::ge.float_int(float a, int b) -> bool
    aten::ge.int(int a, int b) -> bool
    aten::ge.int_float(int a, float b) -> bool
    aten::ge.str(str a, str b) -> bool
    aten::gelu(Tensor self, *, str approximate="none") -> Tensor
    aten::ger(Tensor self, Tensor vec2) -> Tensor
    aten::glu(Tensor self, int dim=-1) -> Tensor
    aten::greater.Scalar(Tensor self, Scalar other) -> Tensor
    aten::greater.Tensor(Tensor self, Tensor other) -> Tensor
    aten::greater_equal.Scalar(Tensor self, Scalar other) -> Tensor
    aten::greater_equal.Tensor(Tensor self, Tensor other) -> Tensor
    aten::grid_sampler(Tensor input, Tensor grid, int interpolation_mode, int padding_mode, bool align_corners) -> Tensor
    aten::grid_sampler_2d(Tensor input, Tensor grid, int interpolation_mode, int padding_mode, bool align_corners) -> Tensor
    aten::grid_sampler_3d(Tensor input, Tensor grid, int interpolation_mode, int padding_mode, bool align_corners) -> Tensor
    aten::group_norm(Tensor input, int num_groups, Tensor? weight=None, Tensor? bias=None, float eps=1.0000000000000001e-05, bool cudnn_enabled=True) -> Tensor
    aten::gru.data(Tensor data, Tensor batch_sizes, Tensor hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional) -> (Tensor, Tensor)
    aten::gru.input(Tensor input, Tensor hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional, bool batch_first) -> (Tensor, Tensor)
    aten::gru_cell(Tensor input, Tensor hx, Tensor w_ih, Tensor w_hh, Tensor? b_ih=None, Tensor? b_hh=None) -> Tensor
    aten::gt(Scalar a, Scalar b) -> bool
    aten::gt.Scalar(Tensor self, Scalar other) -> Tensor
    aten::gt.Tensor(Tensor self, Tensor other) -> Tensor
    aten::gt.float(float a, float b) -> bool
    aten::gt.float_int(float a, int b) -> bool
    aten::gt.int(int a, int b) -> bool
    aten::gt.int_float(int a, float b) -> bool
    aten::gt.str(str a, str b) -> bool
    aten::hardshrink(Tensor self, Scalar lambd=0.5) -> Tensor
    aten::hardsigmoid(Tensor self) -> Tensor
    aten::hardswish(Tensor self) -> Tensor
    aten::hardtanh(Tensor self, Scalar min_val=-1, Scalar max_val=1) -> Tensor
    aten::hstack(Tensor[] tensors) -> Tensor
    aten::im2col(Tensor self, int[2] kernel_size, int[2] dilation, int[2] padding, int[2] stride) -> Tensor
    aten::index.Tensor(Tensor self, Tensor?[] indices) -> Tensor
    aten::index.Tensor_hacked_twin(Tensor self, Tensor[] indices) -> Tensor
    aten::index.list_Tensor(Tensor[] self, Tensor el) -> int
    aten::index.list_bool(bool[] self, bool el) -> int
    aten::index.list_float(float[] self, float el) -> int
    aten::index.list_int(int[] self, int el) -> int
    aten::index.list_str(str[] self, str el) -> int
    aten::index.str(str self, str substr, int start=0, int end=-1) -> int
    aten::index_add(Tensor self, int dim, Tensor index, Tensor source, *, Scalar alpha=1) -> Tensor
    aten::index_copy(Tensor self, int dim, Tensor index, Tensor source) -> Tensor
    aten::index_fill.int_Scalar(Tensor self, int dim, Tensor index, Scalar value) -> Tensor
    aten::index_fill.int_Tensor(Tensor self, int dim, Tensor index, Tensor value) -> Tensor
    aten::index_put(Tensor self, Tensor?[] indices, Tensor values, bool accumulate=False) -> Tensor
    aten::index_put.hacked_twin(Tensor self, Tensor[] indices, Tensor values, bool accumulate=False) -> Tensor
    aten::index_select(Tensor self, int dim, Tensor index) -> Tensor
    aten::inner(Tensor self, Tensor other) -> Tensor
    aten::instance_norm(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool use_input_stats, float momentum, float eps, bool cudnn_enabled) -> Tensor
    aten::isfinite(Tensor self) -> Tensor
    aten::isfinite.complex(complex a) -> bool
    aten::isfinite.float(float a) -> bool
    aten::isinf(Tensor self) -> Tensor
    aten::isinf.complex(complex a) -> bool
    aten::isinf.float(float a) -> bool
    aten::isnan(Tensor self) -> Tensor
    aten::isnan.complex(complex a) -> bool
    aten::isnan.float(float a) -> bool
    aten::item(Tensor self) -> Scalar
    aten::kthvalue(Tensor self, SymInt k, int dim=-1, bool keepdim=False) -> (Tensor values, Tensor indices)
    aten::layer_norm(Tensor input, SymInt[] normalized_shape, Tensor? weight=None, Tensor? bias=None, float eps=1.0000000000000001e-05, bool cudnn_enable=True) -> Tensor
    aten::le(Scalar a, Scalar b) -> bool
    aten::le.Scalar(Tensor self, Scalar other) -> Tensor
    aten::le.Tensor(Tensor self, Tensor other) -> Tensor
    aten::le.float(float a, float b) -> bool
    aten::le.float_int(float a, int b) -> bool
    aten::le.int(int a, int b) -> bool
    aten::le.int_float(int a, float b) -> bool
    aten::le.str(str a, str b) -> bool
    aten::leaky_relu(Tensor self, Scalar negative_slope=0.01) -> Tensor
    aten::lerp.Scalar(Tensor self, Tensor end, Scalar weight) -> Tensor
    aten::lerp.Tensor(Tensor self, Tensor end, Tensor weight) -> Tensor
    aten::less.Scalar(Tensor self, Scalar other) -> Tensor
    aten::less.Tensor(Tensor self, Tensor other) -> Tensor
    aten::less_equal.Scalar(Tensor self, Scalar other) -> Tensor
    aten::less_equal.Tensor(Tensor self, Tensor other) -> Tensor
    aten::lift(Tensor self) -> Tensor
    aten::lift_fresh(Tensor self) -> Tensor
    aten::lift_fresh_copy(Tensor self) -> Tensor
    aten::linalg_matmul(Tensor self, Tensor other) -> Tensor
    aten::linalg_norm(Tensor self, Scalar? ord=None, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor
    aten::linalg_norm.ord_str(Tensor self, str ord, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor
    aten::linalg_vector_norm(Tensor self, Scalar ord=2, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor
    aten::linear(Tensor input, Tensor weight, Tensor? bias=None) -> Tensor
    aten::linspace(Scalar start, Scalar end, int steps, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor
    aten::linspace.Scalar_Tensor(Scalar start, Tensor end, int steps, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor
    aten::linspace.Tensor_Scalar(Tensor start, Scalar end, int steps, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor
    aten::linspace.Tensor_Tensor(Tensor start, Tensor end, int steps, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor
    aten::log(Tensor self) -> Tensor
    aten::log.Scalar(Scalar a) -> Scalar
    aten::log.Scalar_Scalar(Scalar a, Scalar b) -> float
    aten::log.complex(complex a) -> complex
    aten::log.complex_complex(complex a, complex b) -> complex
    aten::log.complex_float(complex a, float b) -> complex
    aten::log.complex_int(complex a, int b) -> complex
    aten::log.float(float a) -> float
    aten::log.float_complex(float a, complex b) -> complex
    aten::log.float_float(float a, float b) -> float
    aten::log.float_int(float a, int b) -> float
    aten::log.int(int a) -> float
    aten::log.int_complex(int a, complex b) -> complex
    aten::log.int_float(int a, float b) -> float
    aten::log.int_int(int a, int b) -> float
    aten::log10(Tensor self) -> Tensor
    aten::log10.Scalar(Scalar a) -> Scalar
    aten::log10.complex(complex a) -> complex
    aten::log10.float(float a) -> float
    aten::log10.int(int a) -> float
    aten::log1p(Tensor self) -> Tensor
    aten::log1p.Scalar(Scalar a) -> Scalar
    aten::log1p.float(float a) -> float
    aten::log1p.int(int a) -> float
    aten::log2(Tensor self) -> Tensor
    aten::log_sigmoid(Tensor self) -> Tensor
    aten::log_softmax.int(Tensor self, int dim, ScalarType? dtype=None) -> Tensor
    aten::logical_and(Tensor self, Tensor other) -> Tensor
    aten::logical_not(Tensor self) -> Tensor
    aten::logical_or(Tensor self, Tensor other) -> Tensor
    aten::logical_xor(Tensor self, Tensor other) -> Tensor
    aten::logit(Tensor self, float? eps=None) -> Tensor
    aten::logsumexp(Tensor self, int[1] dim, bool keepdim=False) -> Tensor
    aten::lstm.data(Tensor data, Tensor batch_sizes, Tensor[] hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional) -> (Tensor, Tensor, Tensor)
    aten::lstm.input(Tensor input, Tensor[] hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional, bool batch_first) -> (Tensor, Tensor, Tensor)
    aten::lstm_cell(Tensor input, Tensor[] hx, Tensor w_ih, Tensor w_hh, Tensor? b_ih=None, Tensor? b_hh=None) -> (Tensor, Tensor)
    aten::lt(Scalar a, Scalar b) -> bool
    aten::lt.Scalar(Tensor self, Scalar other) -> Tensor
    aten::lt.Tensor(Tensor self, Tensor other) -> Tensor
    aten::lt.float(float a, float b) -> bool
    aten::lt.float_int(float a, int b) -> bool
    aten::lt.int(int a, int b) -> bool
    aten::lt.int_float(int a, float b) -> bool
    aten::lt.str(str a, str b) -> bool
    aten::mT(Tensor self) -> Tensor
    aten::mT.a(Tensor self) -> Tensor
    aten::masked_fill.Scalar(Tensor self, Tensor mask, Scalar value) -> Tensor
    aten::masked_fill.Tensor(Tensor self, Tensor mask, Tensor value) -> Tensor
    aten::masked_select(Tensor self, Tensor mask) -> Tensor
    aten::matmul(Tensor self, Tensor other) -> Tensor
    aten::max(Tensor self) -> Tensor
    aten::max.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)
    aten::max.other(Tensor self, Tensor other) -> Tensor
    aten::max_pool1d(Tensor self, int[1] kernel_size, int[1] stride=[], int[1] padding=[0], int[1] dilation=[1], bool ceil_mode=False) -> Tensor
    aten::max_pool1d_with_indices(Tensor self, int[1] kernel_size, int[1] stride=[], int[1] padding=[0], int[1] dilation=[1], bool ceil_mode=False) -> (Tensor, Tensor)
    aten::max_pool2d(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, int[2] dilation=1, bool ceil_mode=False) -> Tensor
    aten::max_pool2d_with_indices(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, int[2] dilation=1, bool ceil_mode=False) -> (Tensor, Tensor)
    aten::max_pool3d(Tensor self, int[3] kernel_size, int[3] stride=[], int[3] padding=0, int[3] dilation=1, bool ceil_mode=False) -> Tensor
    aten::max_pool3d_with_indices(Tensor self, int[3] kernel_size, int[3] stride=[], int[3] padding=0, int[3] dilation=1, bool ceil_mode=False) -> (Tensor, Tensor)
    aten::maximum(Tensor self, Tensor other) -> Tensor
    aten::mean(Tensor self, *, ScalarType? dtype=None) -> Tensor
    aten::mean.dim(Tensor self, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor
    aten::meshgrid(Tensor[] tensors) -> Tensor[]
    aten::meshgrid.indexing(Tensor[] tensors, *, str indexing) -> Tensor[]
    aten::min(Tensor self) -> Tensor
    aten::min.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)
    aten::min.other(Tensor self, Tensor other) -> Tensor
    aten::minimum(Tensor self, Tensor other) -> Tensor
    aten::mish(Tensor self) -> Tensor
    aten::mm(Tensor self, Tensor mat2) -> Tensor
    aten::mm.dtype(Tensor self, Tensor mat2, ScalarType out_dtype) -> Tensor
    aten::moveaxis.int(Tensor self, int source, int destination) -> Tensor
    aten::moveaxis.intlist(Tensor self, int[] source, int[] destination) -> Tensor
    aten::movedim.int(Tensor self, int source, int destination) -> Tensor
    aten::movedim.intlist(Tensor self, int[] source, int[] destination) -> Tensor
    aten::msort(Tensor self) -> Tensor
    aten::mul(Scalar a, Scalar b) -> Scalar
    aten::mul.Scalar(Tensor self, Scalar other) -> Tensor
    aten::mul.Tensor(Tensor self, Tensor other) -> Tensor
    aten::mul.complex(complex a, complex b) -> complex
    aten::mul.complex_float(complex a, float b) -> complex
    aten::mul.complex_int(complex a, int b) -> complex
    aten::mul.float(float a, float b) -> float
    aten::mul.float_complex(float a, complex b) -> complex
    aten::mul.float_int(float a, int b) -> float
    aten::mul.int(int a, int b) -> int
    aten::mul.int_complex(int a, complex b) -> complex
    aten::mul.int_float(int a, float b) -> float
    aten::mul.left_t(t[] l, int n) -> t[]
    aten::mul.right_(int n, t[] l) -> t[]
    aten::multiply.Scalar(Tensor self, Scalar other) -> Tensor
    aten::multiply.Tensor(Tensor self, Tensor other) -> Tensor
    aten::mv(Tensor self, Tensor vec) -> Tensor
    aten::nan_to_num(Tensor self, float? nan=None, float? posinf=None, float? neginf=None) -> Tensor
    aten::narrow(Tensor self, int dim, SymInt start, SymInt length) -> Tensor
    aten::narrow.Tensor(Tensor self, int dim, Tensor start, SymInt length) -> Tensor
    aten::native_batch_norm(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool training, float momentum, float eps) -> (Tensor, Tensor, Tensor)
    aten::native_channel_shuffle(Tensor self, SymInt groups) -> Tensor
    aten::native_dropout(Tensor input, float p, bool? train) -> (Tensor, Tensor)
    aten::native_group_norm(Tensor input, Tensor? weight, Tensor? bias, SymInt N, SymInt C, SymInt HxW, int group, float eps) -> (Tensor, Tensor, Tensor)
    aten::native_layer_norm(Tensor input, SymInt[] normalized_shape, Tensor? weight, Tensor? bias, float eps) -> (Tensor, Tensor, Tensor)
    aten::ne(Scalar a, Scalar b) -> bool
    aten::ne.Scalar(Tensor self, Scalar other) -> Tensor
    aten::ne.Tensor(Tensor self, Tensor other) -> Tensor
    aten::ne.Tensor_list(Tensor[] a, Tensor[] b) -> bool
    aten::ne.bool(bool a, bool b) -> bool
    aten::ne.bool_list(bool[] a, bool[] b) -> bool
    aten::ne.complex(complex a, complex b) -> bool
    aten::ne.complex_float(complex a, float b) -> bool
    aten::ne.device(Device a, Device b) -> bool
    aten::ne.enum(AnyEnumType a, AnyEnumType b) -> bool
    aten::ne.float(float a, float b) -> bool
    aten::ne.float_complex(float a, complex b) -> bool
    aten::ne.float_int(float a, int b) -> bool
    aten::ne.float_list(float[] a, float[] b) -> bool
    aten::ne.int(int a, int b) -> bool
    aten::ne.int_float(int a, float b) -> bool
    aten::ne.int_list(int[] a, int[] b) -> bool
    aten::ne.str(str a, str b) -> bool
    aten::ne.str_list(str[] a, str[] b) -> bool
    aten::neg(Tensor self) -> Tensor
    aten::neg.Scalar(Scalar a) -> Scalar
    aten::neg.complex(complex a) -> complex
    aten::neg.float(float a) -> float
    aten::neg.int(int a) -> int
    aten::negative(Tensor self) -> Tensor
    aten::new_empty(Tensor self, SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor
    aten::new_full(Tensor self, SymInt[] size, Scalar fill_value, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor
    aten::new_ones(Tensor self, SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor
    aten::new_zeros(Tensor self, SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor
    aten::nonzero(Tensor self) -> Tensor
    aten::norm.Scalar(Tensor self, Scalar p=2) -> Tensor
    aten::norm.ScalarOpt_dim(Tensor self, Scalar? p, int[1] dim, bool keepdim=False) -> Tensor
    aten::norm.ScalarOpt_dim_dtype(Tensor self, Scalar? p, int[1] dim, bool keepdim, *, ScalarType dtype) -> Tensor
    aten::norm.ScalarOpt_dtype(Tensor self, Scalar? p, *, ScalarType dtype) -> Tensor
    aten::norm_except_dim(Tensor v, int pow=2, int dim=0) -> Tensor
    aten::not_equal.Scalar(Tensor self, Scalar other) -> Tensor
    aten::not_equal.Tensor(Tensor self, Tensor other) -> Tensor
    aten::numel(Tensor self) -> int
    aten::numpy_T(Tensor self) -> Tensor
    aten::numpy_T.a(Tensor self) -> Tensor
    aten::one_hot(Tensor self, int num_classes=-1) -> Tensor
    aten::ones(SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor
    aten::ones_like(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor
    aten::outer(Tensor self, Tensor vec2) -> Tensor
    aten::pad(Tensor self, SymInt[] pad, str mode="constant", float? value=None) -> Tensor
    aten::pairwise_distance(Tensor x1, Tensor x2, float p=2., float eps=9.9999999999999995e-07, bool keepdim=False) -> Tensor
    aten::permute(Tensor self, int[] dims) -> Tensor
    aten::pixel_shuffle(Tensor self, int upscale_factor) -> Tensor
    aten::pixel_unshuffle(Tensor self, int downscale_factor) -> Tensor
    aten::pow.Scalar(Scalar self, Tensor exponent) -> Tensor
    aten::pow.Scalar_Scalar(Scalar a, Scalar b) -> float
    aten::pow.Tensor_Scalar(Tensor self, Scalar exponent) -> Tensor
    aten::pow.Tensor_Tensor(Tensor self, Tensor exponent) -> Tensor
    aten::pow.complex(complex a, complex b) -> complex
    aten::pow.complex_float(complex a, float b) -> complex
    aten::pow.float(float a, float b) -> float
    aten::pow.float_complex(float a, complex b) -> complex
    aten::pow.float_int(float a, int b) -> float
    aten::pow.int(int a, int b) -> float
    aten::pow.int_float(int a, float b) -> float
    aten::pow.int_to_int(int a, int b) -> int
    aten::prelu(Tensor self, Tensor weight) -> Tensor
    aten::prod(Tensor self, *, ScalarType? dtype=None) -> Tensor
    aten::prod.dim_int(Tensor self, int dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor
    aten::rad2deg(Tensor self) -> Tensor
    aten::reciprocal(Tensor self) -> Tensor
    aten::reflection_pad1d(Tensor self, SymInt[2] padding) -> Tensor
    aten::reflection_pad2d(Tensor self, SymInt[4] padding) -> Tensor
    aten::reflection_pad3d(Tensor self, SymInt[6] padding) -> Tensor
    aten::relu(Tensor self) -> Tensor
    aten::relu6(Tensor self) -> Tensor
    aten::remainder(Scalar a, Scalar b) -> Scalar
    aten::remainder.Scalar(Tensor self, Scalar other) -> Tensor
    aten::remainder.Scalar_Tensor(Scalar self, Tensor other) -> Tensor
    aten::remainder.Tensor(Tensor self, Tensor other) -> Tensor
    aten::remainder.float(float a, float b) -> float
    aten::remainder.float_int(float a, int b) -> float
    aten::remainder.int(int a, int b) -> int
    aten::remainder.int_float(int a, float b) -> float
    aten::repeat(Tensor self, SymInt[] repeats) -> Tensor
    aten::repeat_interleave.Tensor(Tensor repeats, *, SymInt? output_size=None) -> Tensor
    aten::repeat_interleave.self_Tensor(Tensor self, Tensor repeats, int? dim=None, *, SymInt? output_size=None) -> Tensor
    aten::repeat_interleave.self_int(Tensor self, SymInt repeats, int? dim=None, *, SymInt? output_size=None) -> Tensor
    aten::replication_pad1d(Tensor self, SymInt[2] padding) -> Tensor
    aten::replication_pad2d(Tensor self, SymInt[4] padding) -> Tensor
    aten::replication_pad3d(Tensor self, SymInt[6] padding) -> Tensor
    aten::reshape(Tensor self, SymInt[] shape) -> Tensor
    aten::reshape_as(Tensor self, Tensor other) -> Tensor
    aten::resolve_conj(Tensor self) -> Tensor
    aten::resolve_neg(Tensor self) -> Tensor
    aten::rms_norm(Tensor input, SymInt[] normalized_shape, Tensor? weight=None, float? eps=None) -> Tensor
    aten::rnn_relu.data(Tensor data, Tensor batch_sizes, Tensor hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional) -> (Tensor, Tensor)
    aten::rnn_relu.input(Tensor input, Tensor hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional, bool batch_first) -> (Tensor, Tensor)
    aten::rnn_relu_cell(Tensor input, Tensor hx, Tensor w_ih, Tensor w_hh, Tensor? b_ih=None, Tensor? b_hh=None) -> Tensor
    aten::rnn_tanh.data(Tensor data, Tensor batch_sizes, Tensor hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional) -> (Tensor, Tensor)
    aten::rnn_tanh.input(Tensor input, Tensor hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional, bool batch_first) -> (Tensor, Tensor)
    aten::rnn_tanh_cell(Tensor input, Tensor hx, Tensor w_ih, Tensor w_hh, Tensor? b_ih=None, Tensor? b_hh=None) -> Tensor
    aten::roll(Tensor self, SymInt[1] shifts, int[1] dims=[]) -> Tensor
    aten::rot90(Tensor self, int k=1, int[] dims=[0, 1]) -> Tensor
    aten::round(Tensor self) -> Tensor
    aten::round.Scalar(Scalar a) -> Scalar
    aten::round.decimals(Tensor self, *, int decimals) -> Tensor
    aten::round.float(float a) -> float
    aten::round.int(int a) -> float
    aten::rrelu(Tensor self, Scalar lower=0.125, Scalar upper=0.33333333333333331, bool training=False, Generator? generator=None) -> Tensor
    aten::rsqrt(Tensor self) -> Tensor
    aten::rsub.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor
    aten::rsub.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor
    aten::scalar_tensor(Scalar s, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor
    aten::scaled_dot_product_attention(Tensor query, Tensor key, Tensor value, Tensor? attn_mask=None, float dropout_p=0., bool is_causal=False, *, float? scale=None, bool enable_gqa=False) -> Tensor
    aten::scatter.reduce(Tensor self, int dim, Tensor index, Tensor src, *, str reduce) -> Tensor
    aten::scatter.src(Tensor self, int dim, Tensor index, Tensor src) -> Tensor
    aten::scatter.value(Tensor self, int dim, Tensor index, Scalar value) -> Tensor
    aten::scatter.value_reduce(Tensor self, int dim, Tensor index, Scalar value, *, str reduce) -> Tensor
    aten::scatter_add(Tensor self, int dim, Tensor index, Tensor src) -> Tensor
    aten::scatter_reduce.two(Tensor self, int dim, Tensor index, Tensor src, str reduce, *, bool include_self=True) -> Tensor
    aten::select.int(Tensor self, int dim, SymInt index) -> Tensor
    aten::select.t(t[](a) list, int idx) -> t(*)
    aten::select_copy.int(Tensor self, int dim, SymInt index) -> Tensor
    aten::select_scatter(Tensor self, Tensor src, int dim, SymInt index) -> Tensor
    aten::selu(Tensor self) -> Tensor
    aten::sgn(Tensor self) -> Tensor
    aten::sigmoid(Tensor self) -> Tensor
    aten::sign(Tensor self) -> Tensor
    aten::silu(Tensor self) -> Tensor
    aten::sin(Tensor self) -> Tensor
    aten::sin.Scalar(Scalar a) -> Scalar
    aten::sin.complex(complex a) -> complex
    aten::sin.float(float a) -> float
    aten::sin.int(int a) -> float
    aten::sinh(Tensor self) -> Tensor
    aten::sinh.Scalar(Scalar a) -> Scalar
    aten::sinh.complex(complex a) -> complex
    aten::sinh.float(float a) -> float
    aten::sinh.int(int a) -> float
    aten::size(Tensor self) -> int[]
    aten::size.int(Tensor self, int dim) -> int
    aten::slice.Tensor(Tensor self, int dim=0, SymInt? start=None, SymInt? end=None, SymInt step=1) -> Tensor
    aten::slice.str(str string, int? start=None, int? end=None, int step=1) -> str
    aten::slice.t(t[] l, int? start=None, int? end=None, int step=1) -> t[]
    aten::slice_copy.Tensor(Tensor self, int dim=0, SymInt? start=None, SymInt? end=None, SymInt step=1) -> Tensor
    aten::slice_scatter(Tensor self, Tensor src, int dim=0, SymInt? start=None, SymInt? end=None, SymInt step=1) -> Tensor
    aten::softmax.int(Tensor self, int dim, ScalarType? dtype=None) -> Tensor
    aten::softplus(Tensor self, Scalar beta=1, Scalar threshold=20) -> Tensor
    aten::softshrink(Tensor self, Scalar lambd=0.5) -> Tensor
    aten::sort(Tensor self, int dim=-1, bool descending=False) -> (Tensor values, Tensor indices)
    aten::sort.stable(Tensor self, *, bool? stable, int dim=-1, bool descending=False) -> (Tensor values, Tensor indices)
    aten::special_erf(Tensor self) -> Tensor
    aten::special_expm1(Tensor self) -> Tensor
    aten::split(Tensor self, int[] split_sizes, int dim=0) -> Tensor[]
    aten::split.Tensor(Tensor self, SymInt split_size, int dim=0) -> Tensor[]
    aten::split.sizes(Tensor self, SymInt[] split_size, int dim=0) -> Tensor[]
    aten::split.str(str self, str? separator=None, int max=-1) -> str[]
    aten::split_copy.Tensor(Tensor self, SymInt split_size, int dim=0) -> Tensor[]
    aten::split_with_sizes(Tensor self, SymInt[] split_sizes, int dim=0) -> Tensor[]
    aten::split_with_sizes_copy(Tensor self, SymInt[] split_sizes, int dim=0) -> Tensor[]
    aten::sqrt(Tensor self) -> Tensor
    aten::sqrt.Scalar(Scalar a) -> Scalar
    aten::sqrt.complex(complex a) -> complex
    aten::sqrt.float(float a) -> float
    aten::sqrt.int(int a) -> float
    aten::square(Tensor self) -> Tensor
    aten::squeeze(Tensor self) -> Tensor
    aten::squeeze.dim(Tensor self, int dim) -> Tensor
    aten::squeeze.dims(Tensor self, int[] dim) -> Tensor
    aten::squeeze_copy(Tensor self) -> Tensor
    aten::squeeze_copy.dim(Tensor self, int dim) -> Tensor
    aten::squeeze_copy.dims(Tensor self, int[] dim) -> Tensor
    aten::stack(Tensor[] tensors, int dim=0) -> Tensor
    aten::std(Tensor self, bool unbiased=True) -> Tensor
    aten::std.correction(Tensor self, int[1]? dim=None, *, Scalar? correction=None, bool keepdim=False) -> Tensor
    aten::std.dim(Tensor self, int[1]? dim, bool unbiased=True, bool keepdim=False) -> Tensor
    aten::std_mean(Tensor self, bool unbiased=True) -> (Tensor, Tensor)
    aten::std_mean.correction(Tensor self, int[1]? dim=None, *, Scalar? correction=None, bool keepdim=False) -> (Tensor, Tensor)
    aten::std_mean.dim(Tensor self, int[1]? dim, bool unbiased=True, bool keepdim=False) -> (Tensor, Tensor)
    aten::sub(Scalar a, Scalar b) -> Scalar
    aten::sub.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor
    aten::sub.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor
    aten::sub.complex(complex a, complex b) -> complex
    aten::sub.complex_float(complex a, float b) -> complex
    aten::sub.complex_int(complex a, int b) -> complex
    aten::sub.float(float a, float b) -> float
    aten::sub.float_complex(float a, complex b) -> complex
    aten::sub.float_int(float a, int b) -> float
    aten::sub.int(int a, int b) -> int
    aten::sub.int_complex(int a, complex b) -> complex
    aten::sub.int_float(int a, float b) -> float
    aten::subtract.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor
    aten::subtract.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor
    aten::sum(Tensor self, *, ScalarType? dtype=None) -> Tensor
    aten::sum.bool(bool[] self) -> int
    aten::sum.complex(complex[] self) -> complex
    aten::sum.dim_IntList(Tensor self, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor
    aten::sum.float(float[] self) -> float
    aten::sum.int(int[] self) -> int
    aten::swapaxes(Tensor self, int axis0, int axis1) -> Tensor
    aten::swapdims(Tensor self, int dim0, int dim1) -> Tensor
    aten::sym_constrain_range(Scalar size, *, int? min=None, int? max=None) -> ()
    aten::sym_constrain_range_for_size(Scalar size, *, int? min=None, int? max=None) -> ()
    aten::sym_numel(Tensor self) -> SymInt
    aten::sym_size(Tensor self) -> SymInt[]
    aten::sym_size.int(Tensor self, int dim) -> SymInt
    aten::t(Tensor self) -> Tensor
    aten::take(Tensor self, Tensor index) -> Tensor
    aten::take_along_dim(Tensor self, Tensor indices, int? dim=None) -> Tensor
    aten::tan(Tensor self) -> Tensor
    aten::tan.Scalar(Scalar a) -> Scalar
    aten::tan.complex(complex a) -> complex
    aten::tan.float(float a) -> float
    aten::tan.int(int a) -> float
    aten::tanh(Tensor self) -> Tensor
    aten::tanh.Scalar(Scalar a) -> Scalar
    aten::tanh.complex(complex a) -> complex
    aten::tanh.float(float a) -> float
    aten::tanh.int(int a) -> float
    aten::tensor_split.indices(Tensor self, SymInt[] indices, int dim=0) -> Tensor[]
    aten::tensor_split.sections(Tensor self, SymInt sections, int dim=0) -> Tensor[]
    aten::tensor_split.tensor_indices_or_sections(Tensor self, Tensor tensor_indices_or_sections, int dim=0) -> Tensor[]
    aten::threshold(Tensor self, Scalar threshold, Scalar value) -> Tensor
    aten::tile(Tensor self, SymInt[] dims) -> Tensor
    aten::to.device(Tensor self, Device device, ScalarType dtype, bool non_blocking=False, bool copy=False, MemoryFormat? memory_format=None) -> Tensor
    aten::to.dtype(Tensor self, ScalarType dtype, bool non_blocking=False, bool copy=False, MemoryFormat? memory_format=None) -> Tensor
    aten::to.dtype_layout(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, bool non_blocking=False, bool copy=False, MemoryFormat? memory_format=None) -> Tensor
    aten::to.other(Tensor self, Tensor other, bool non_blocking=False, bool copy=False, MemoryFormat? memory_format=None) -> Tensor
    aten::to.prim_Device(Tensor self, Device? device, int? dtype=None, bool non_blocking=False, bool copy=False) -> Tensor
    aten::to.prim_dtype(Tensor self, int? dtype=None, bool non_blocking=False, bool copy=False) -> Tensor
    aten::to.prim_other(Tensor self, bool non_blocking=False, bool copy=False) -> Tensor
    aten::topk(Tensor self, SymInt k, int dim=-1, bool largest=True, bool sorted=True) -> (Tensor values, Tensor indices)
    aten::transpose.int(Tensor self, int dim0, int dim1) -> Tensor
    aten::tril(Tensor self, SymInt diagonal=0) -> Tensor
    aten::triu(Tensor self, SymInt diagonal=0) -> Tensor
    aten::true_divide.Scalar(Tensor self, Scalar other) -> Tensor
    aten::true_divide.Tensor(Tensor self, Tensor other) -> Tensor
    aten::trunc(Tensor self) -> Tensor
    aten::type_as(Tensor self, Tensor other) -> Tensor
    aten::unbind.int(Tensor self, int dim=0) -> Tensor[]
    aten::unbind_copy.int(Tensor self, int dim=0) -> Tensor[]
    aten::unflatten.int(Tensor self, int dim, SymInt[] sizes) -> Tensor
    aten::unfold(Tensor self, int dimension, int size, int step) -> Tensor
    aten::unsqueeze(Tensor self, int dim) -> Tensor
    aten::unsqueeze_copy(Tensor self, int dim) -> Tensor
    aten::upsample_bicubic2d(Tensor self, SymInt[2] output_size, bool align_corners, float? scales_h=None, float? scales_w=None) -> Tensor
    aten::upsample_bicubic2d.vec(Tensor input, SymInt[]? output_size, bool align_corners, float[]? scale_factors) -> Tensor
    aten::upsample_bilinear2d(Tensor self, SymInt[2] output_size, bool align_corners, float? scales_h=None, float? scales_w=None) -> Tensor
    aten::upsample_bilinear2d.vec(Tensor input, SymInt[]? output_size, bool align_corners, float[]? scale_factors) -> Tensor
    aten::upsample_linear1d(Tensor self, SymInt[1] output_size, bool align_corners, float? scales=None) -> Tensor
    aten::upsample_linear1d.vec(Tensor input, SymInt[]? output_size, bool align_corners, float[]? scale_factors) -> Tensor
    aten::upsample_nearest1d(Tensor self, SymInt[1] output_size, float? scales=None) -> Tensor
    aten::upsample_nearest1d.vec(Tensor input, SymInt[]? output_size, float[]? scale_factors) -> Tensor
    aten::upsample_nearest2d(Tensor self, SymInt[2] output_size, float? scales_h=None, float? scales_w=None) -> Tensor
    aten::upsample_nearest2d.vec(Tensor input, SymInt[]? output_size, float[]? scale_factors) -> Tensor
    aten::upsample_nearest3d(Tensor self, SymInt[3] output_size, float? scales_d=None, float? scales_h=None, float? scales_w=None) -> Tensor
    aten::upsample_nearest3d.vec(Tensor input, SymInt[]? output_size, float[]? scale_factors) -> Tensor
    aten::upsample_trilinear3d(Tensor self, SymInt[3] output_size, bool align_corners, float? scales_d=None, float? scales_h=None, float? scales_w=None) -> Tensor
    aten::upsample_trilinear3d.vec(Tensor input, SymInt[]? output_size, bool align_corners, float[]? scale_factors) -> Tensor
    aten::var(Tensor self, bool unbiased=True) -> Tensor
    aten::var.correction(Tensor self, int[1]? dim=None, *, Scalar? correction=None, bool keepdim=False) -> Tensor
    aten::var.dim(Tensor self, int[1]? dim, bool unbiased=True, bool keepdim=False) -> Tensor
    aten::var_mean(Tensor self, bool unbiased=True) -> (Tensor, Tensor)
    aten::var_mean.correction(Tensor self, int[1]? dim=None, *, Scalar? correction=None, bool keepdim=False) -> (Tensor, Tensor)
    aten::var_mean.dim(Tensor self, int[1]? dim, bool unbiased=True, bool keepdim=False) -> (Tensor, Tensor)
    aten::vdot(Tensor self, Tensor other) -> Tensor
    aten::view(Tensor self, SymInt[] size) -> Tensor
    aten::view.dtype(Tensor self, ScalarType dtype) -> Tensor
    aten::view_as(Tensor self, Tensor other) -> Tensor
    aten::view_copy(Tensor self, SymInt[] size) -> Tensor
    aten::view_copy.dtype(Tensor self, ScalarType dtype) -> Tensor
    aten::vstack(Tensor[] tensors) -> Tensor
    aten::where(Tensor condition) -> Tensor[]
    aten::where.Scalar(Tensor condition, Scalar self, Scalar other) -> Tensor
    aten::where.ScalarOther(Tensor condition, Tensor self, Scalar other) -> Tensor
    aten::where.ScalarSelf(Tensor condition, Scalar self, Tensor other) -> Tensor
    aten::where.self(Tensor condition, Tensor self, Tensor other) -> Tensor
    aten::zero(Tensor self) -> Tensor
    aten::zeros(SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor
    aten::zeros_like(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor
    torchvision::deform_conv2d(Tensor input, Tensor weight, Tensor offset, Tensor mask, Tensor bias, SymInt stride_h, SymInt stride_w, SymInt pad_h, SymInt pad_w, SymInt dilation_h, SymInt dilation_w, SymInt groups, SymInt offset_groups, bool use_mask) -> Tensor
    """#
}
