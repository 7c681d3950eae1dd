// Made by Scripts/onnx-schemas.py from onnx 1.23.2; do not edit.

/// What each version of each ONNX operator allows. The script says how to read it.
enum OnnxSchemaTable {
  /// The newest operator set that the table knows.
  static let newestOperatorSet = 28

  /// The table; a line that begins with a space belongs to the one before it.
  static let text = """
    = double float float16
    = double float float16 int16 int32 int64 int8 uint16 uint32 uint64 uint8
    = bfloat16 double float float16 int16 int32 int64 int8 uint16 uint32 uint64 uint8
    = bfloat16 double float float16
    = double float float16 int32 int64 uint32 uint64
    = bfloat16 double float float16 int32 int64 uint32 uint64
    = int64
    = bool
    = bfloat16 bool double float float16 int16 int32 int64 int8 uint16 uint32 uint64 uint8
    = bfloat16 bool complex128 complex64 double float float16 float4e2m1 float8e4m3fn float8e4m3fnuz float8e5m2
     float8e5m2fnuz float8e8m0 int16 int2 int32 int4 int64 int8 uint16 uint2 uint32 uint4 uint64 uint8
    = uint16 uint32 uint64 uint8
    = int16 int32 int64 int8 uint16 uint32 uint64 uint8
    = int32 int64
    = bool double float float16 int16 int32 int64 int8 uint16 uint32 uint64 uint8
    = bool double float float16 int16 int32 int64 int8 string uint16 uint32 uint64 uint8
    = bfloat16 bool double float float16 int16 int32 int64 int8 string uint16 uint32 uint64 uint8
    = bfloat16 bool double float float16 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz int16 int32 int64
     int8 string uint16 uint32 uint64 uint8
    = bfloat16 bool double float float16 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz int16 int32 int4
     int64 int8 string uint16 uint32 uint4 uint64 uint8
    = bfloat16 bool double float float16 float4e2m1 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz int16
     int32 int4 int64 int8 string uint16 uint32 uint4 uint64 uint8
    = bfloat16 bool double float float16 float4e2m1 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz
     float8e8m0 int16 int32 int4 int64 int8 string uint16 uint32 uint4 uint64 uint8
    = bfloat16 bool double float float16 float4e2m1 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz
     float8e8m0 int16 int2 int32 int4 int64 int8 string uint16 uint2 uint32 uint4 uint64 uint8
    = bfloat16 bool double float float16 float4e2m1 float6e2m3 float6e3m2 float8e4m3fn float8e4m3fnuz float8e5m2
     float8e5m2fnuz float8e8m0 int16 int2 int32 int4 int64 int8 string uint16 uint2 uint32 uint4 uint64 uint8
    = bfloat16 float float16
    = float
    = bfloat16 bool complex128 complex64 double float float16 int16 int32 int64 int8 string uint16 uint32 uint64
     uint8
    = bool complex128 complex64 double float float16 int16 int32 int64 int8 string uint16 uint32 uint64 uint8
    = seq[bool] seq[complex128] seq[complex64] seq[double] seq[float16] seq[float] seq[int16] seq[int32]
     seq[int64] seq[int8] seq[string] seq[uint16] seq[uint32] seq[uint64] seq[uint8]
    = bfloat16 bool complex128 complex64 double float float16 float8e4m3fn float8e4m3fnuz float8e5m2
     float8e5m2fnuz int16 int32 int64 int8 string uint16 uint32 uint64 uint8
    = bfloat16 bool complex128 complex64 double float float16 float8e4m3fn float8e4m3fnuz float8e5m2
     float8e5m2fnuz int16 int32 int4 int64 int8 string uint16 uint32 uint4 uint64 uint8
    = bfloat16 bool complex128 complex64 double float float16 float4e2m1 float8e4m3fn float8e4m3fnuz float8e5m2
     float8e5m2fnuz int16 int32 int4 int64 int8 string uint16 uint32 uint4 uint64 uint8
    = bfloat16 bool complex128 complex64 double float float16 float4e2m1 float8e4m3fn float8e4m3fnuz float8e5m2
     float8e5m2fnuz float8e8m0 int16 int32 int4 int64 int8 string uint16 uint32 uint4 uint64 uint8
    = bfloat16 bool complex128 complex64 double float float16 float4e2m1 float8e4m3fn float8e4m3fnuz float8e5m2
     float8e5m2fnuz float8e8m0 int16 int2 int32 int4 int64 int8 string uint16 uint2 uint32 uint4 uint64 uint8
    = bfloat16 bool double float float16 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz int16 int32 int64
     int8 uint16 uint32 uint64 uint8
    = bfloat16 bool double float float16 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz int16 int32 int4
     int64 int8 uint16 uint32 uint4 uint64 uint8
    = bfloat16 bool double float float16 float4e2m1 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz int16
     int32 int4 int64 int8 uint16 uint32 uint4 uint64 uint8
    = bfloat16 bool double float float16 float4e2m1 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz
     float8e8m0 int16 int32 int4 int64 int8 uint16 uint32 uint4 uint64 uint8
    = bfloat16 bool double float float16 float4e2m1 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz
     float8e8m0 int16 int2 int32 int4 int64 int8 uint16 uint2 uint32 uint4 uint64 uint8
    = int8 uint8
    = int32
    = double float int32 int64 uint32 uint64
    = int32 int8 uint8
    = float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz int32 int8 uint8
    = float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz int16 int32 int4 int8 uint16 uint4 uint8
    = float4e2m1 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz int16 int32 int4 int8 uint16 uint4 uint8
    = bfloat16 float float16 float8e8m0
    = float4e2m1 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz int16 int2 int32 int4 int8 uint16 uint2
     uint4 uint8
    = float4e2m1 float6e2m3 float6e3m2 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz int16 int2 int32
     int4 int8 uint16 uint2 uint4 uint8
    = bfloat16 double float float16 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz
    = uint8
    = bool int32 int64
    = bfloat16 bool complex128 complex64 double float float16 int16 int32 int64 int8 seq[bool] seq[complex128]
     seq[complex64] seq[double] seq[float16] seq[float] seq[int16] seq[int32] seq[int64] seq[int8] seq[string]
     seq[uint16] seq[uint32] seq[uint64] seq[uint8] string uint16 uint32 uint64 uint8
    = bfloat16 bool complex128 complex64 double float float16 int16 int32 int64 int8 optional[bool]
     optional[complex128] optional[complex64] optional[double] optional[float16] optional[float] optional[int16]
     optional[int32] optional[int64] optional[int8] optional[seq[bool]] optional[seq[complex128]]
     optional[seq[complex64]] optional[seq[double]] optional[seq[float16]] optional[seq[float]]
     optional[seq[int16]] optional[seq[int32]] optional[seq[int64]] optional[seq[int8]] optional[seq[string]]
     optional[seq[uint16]] optional[seq[uint32]] optional[seq[uint64]] optional[seq[uint8]] optional[string]
     optional[uint16] optional[uint32] optional[uint64] optional[uint8] seq[bool] seq[complex128] seq[complex64]
     seq[double] seq[float16] seq[float] seq[int16] seq[int32] seq[int64] seq[int8] seq[string] seq[uint16]
     seq[uint32] seq[uint64] seq[uint8] string uint16 uint32 uint64 uint8
    = bfloat16 bool complex128 complex64 double float float16 float8e4m3fn float8e4m3fnuz float8e5m2
     float8e5m2fnuz int16 int32 int64 int8 optional[bool] optional[complex128] optional[complex64]
     optional[double] optional[float16] optional[float] optional[int16] optional[int32] optional[int64]
     optional[int8] optional[seq[bool]] optional[seq[complex128]] optional[seq[complex64]] optional[seq[double]]
     optional[seq[float16]] optional[seq[float]] optional[seq[int16]] optional[seq[int32]] optional[seq[int64]]
     optional[seq[int8]] optional[seq[string]] optional[seq[uint16]] optional[seq[uint32]] optional[seq[uint64]]
     optional[seq[uint8]] optional[string] optional[uint16] optional[uint32] optional[uint64] optional[uint8]
     seq[bool] seq[complex128] seq[complex64] seq[double] seq[float16] seq[float] seq[int16] seq[int32]
     seq[int64] seq[int8] seq[string] seq[uint16] seq[uint32] seq[uint64] seq[uint8] string uint16 uint32 uint64
     uint8
    = bfloat16 bool complex128 complex64 double float float16 float8e4m3fn float8e4m3fnuz float8e5m2
     float8e5m2fnuz int16 int32 int4 int64 int8 optional[bool] optional[complex128] optional[complex64]
     optional[double] optional[float16] optional[float] optional[int16] optional[int32] optional[int64]
     optional[int8] optional[seq[bool]] optional[seq[complex128]] optional[seq[complex64]] optional[seq[double]]
     optional[seq[float16]] optional[seq[float]] optional[seq[int16]] optional[seq[int32]] optional[seq[int64]]
     optional[seq[int8]] optional[seq[string]] optional[seq[uint16]] optional[seq[uint32]] optional[seq[uint64]]
     optional[seq[uint8]] optional[string] optional[uint16] optional[uint32] optional[uint64] optional[uint8]
     seq[bool] seq[complex128] seq[complex64] seq[double] seq[float16] seq[float] seq[int16] seq[int32]
     seq[int64] seq[int8] seq[string] seq[uint16] seq[uint32] seq[uint64] seq[uint8] string uint16 uint32 uint4
     uint64 uint8
    = bfloat16 bool complex128 complex64 double float float16 float4e2m1 float8e4m3fn float8e4m3fnuz float8e5m2
     float8e5m2fnuz int16 int32 int4 int64 int8 optional[bool] optional[complex128] optional[complex64]
     optional[double] optional[float16] optional[float] optional[int16] optional[int32] optional[int64]
     optional[int8] optional[seq[bool]] optional[seq[complex128]] optional[seq[complex64]] optional[seq[double]]
     optional[seq[float16]] optional[seq[float]] optional[seq[int16]] optional[seq[int32]] optional[seq[int64]]
     optional[seq[int8]] optional[seq[string]] optional[seq[uint16]] optional[seq[uint32]] optional[seq[uint64]]
     optional[seq[uint8]] optional[string] optional[uint16] optional[uint32] optional[uint64] optional[uint8]
     seq[bool] seq[complex128] seq[complex64] seq[double] seq[float16] seq[float] seq[int16] seq[int32]
     seq[int64] seq[int8] seq[string] seq[uint16] seq[uint32] seq[uint64] seq[uint8] string uint16 uint32 uint4
     uint64 uint8
    = bfloat16 bool complex128 complex64 double float float16 float4e2m1 float8e4m3fn float8e4m3fnuz float8e5m2
     float8e5m2fnuz float8e8m0 int16 int32 int4 int64 int8 optional[bool] optional[complex128]
     optional[complex64] optional[double] optional[float16] optional[float] optional[int16] optional[int32]
     optional[int64] optional[int8] optional[seq[bool]] optional[seq[complex128]] optional[seq[complex64]]
     optional[seq[double]] optional[seq[float16]] optional[seq[float]] optional[seq[int16]] optional[seq[int32]]
     optional[seq[int64]] optional[seq[int8]] optional[seq[string]] optional[seq[uint16]] optional[seq[uint32]]
     optional[seq[uint64]] optional[seq[uint8]] optional[string] optional[uint16] optional[uint32]
     optional[uint64] optional[uint8] seq[bool] seq[complex128] seq[complex64] seq[double] seq[float16]
     seq[float] seq[int16] seq[int32] seq[int64] seq[int8] seq[string] seq[uint16] seq[uint32] seq[uint64]
     seq[uint8] string uint16 uint32 uint4 uint64 uint8
    = bfloat16 bool complex128 complex64 double float float16 float4e2m1 float8e4m3fn float8e4m3fnuz float8e5m2
     float8e5m2fnuz float8e8m0 int16 int2 int32 int4 int64 int8 optional[bool] optional[complex128]
     optional[complex64] optional[double] optional[float16] optional[float] optional[int16] optional[int32]
     optional[int64] optional[int8] optional[seq[bool]] optional[seq[complex128]] optional[seq[complex64]]
     optional[seq[double]] optional[seq[float16]] optional[seq[float]] optional[seq[int16]] optional[seq[int32]]
     optional[seq[int64]] optional[seq[int8]] optional[seq[string]] optional[seq[uint16]] optional[seq[uint32]]
     optional[seq[uint64]] optional[seq[uint8]] optional[string] optional[uint16] optional[uint32]
     optional[uint64] optional[uint8] seq[bool] seq[complex128] seq[complex64] seq[double] seq[float16]
     seq[float] seq[int16] seq[int32] seq[int64] seq[int8] seq[string] seq[uint16] seq[uint32] seq[uint64]
     seq[uint8] string uint16 uint2 uint32 uint4 uint64 uint8
    = bool complex128 complex64 double float float16 int16 int32 int64 int8 seq[bool] seq[complex128]
     seq[complex64] seq[double] seq[float16] seq[float] seq[int16] seq[int32] seq[int64] seq[int8] seq[string]
     seq[uint16] seq[uint32] seq[uint64] seq[uint8] string uint16 uint32 uint64 uint8
    = bfloat16 bool complex128 complex64 double float float16 int16 int32 int64 int8 optional[bfloat16]
     optional[bool] optional[complex128] optional[complex64] optional[double] optional[float16] optional[float]
     optional[int16] optional[int32] optional[int64] optional[int8] optional[seq[bfloat16]] optional[seq[bool]]
     optional[seq[complex128]] optional[seq[complex64]] optional[seq[double]] optional[seq[float16]]
     optional[seq[float]] optional[seq[int16]] optional[seq[int32]] optional[seq[int64]] optional[seq[int8]]
     optional[seq[string]] optional[seq[uint16]] optional[seq[uint32]] optional[seq[uint64]] optional[seq[uint8]]
     optional[string] optional[uint16] optional[uint32] optional[uint64] optional[uint8] seq[bfloat16] seq[bool]
     seq[complex128] seq[complex64] seq[double] seq[float16] seq[float] seq[int16] seq[int32] seq[int64]
     seq[int8] seq[string] seq[uint16] seq[uint32] seq[uint64] seq[uint8] string uint16 uint32 uint64 uint8
    = bfloat16 bool complex128 complex64 double float float16 float8e4m3fn float8e4m3fnuz float8e5m2
     float8e5m2fnuz int16 int32 int64 int8 optional[bfloat16] optional[bool] optional[complex128]
     optional[complex64] optional[double] optional[float16] optional[float8e4m3fn] optional[float8e4m3fnuz]
     optional[float8e5m2] optional[float8e5m2fnuz] optional[float] optional[int16] optional[int32]
     optional[int64] optional[int8] optional[seq[bfloat16]] optional[seq[bool]] optional[seq[complex128]]
     optional[seq[complex64]] optional[seq[double]] optional[seq[float16]] optional[seq[float]]
     optional[seq[int16]] optional[seq[int32]] optional[seq[int64]] optional[seq[int8]] optional[seq[string]]
     optional[seq[uint16]] optional[seq[uint32]] optional[seq[uint64]] optional[seq[uint8]] optional[string]
     optional[uint16] optional[uint32] optional[uint64] optional[uint8] seq[bfloat16] seq[bool] seq[complex128]
     seq[complex64] seq[double] seq[float16] seq[float8e4m3fn] seq[float8e4m3fnuz] seq[float8e5m2]
     seq[float8e5m2fnuz] seq[float] seq[int16] seq[int32] seq[int64] seq[int8] seq[string] seq[uint16]
     seq[uint32] seq[uint64] seq[uint8] string uint16 uint32 uint64 uint8
    = bfloat16 bool complex128 complex64 double float float16 float8e4m3fn float8e4m3fnuz float8e5m2
     float8e5m2fnuz int16 int32 int4 int64 int8 optional[bfloat16] optional[bool] optional[complex128]
     optional[complex64] optional[double] optional[float16] optional[float8e4m3fn] optional[float8e4m3fnuz]
     optional[float8e5m2] optional[float8e5m2fnuz] optional[float] optional[int16] optional[int32] optional[int4]
     optional[int64] optional[int8] optional[seq[bfloat16]] optional[seq[bool]] optional[seq[complex128]]
     optional[seq[complex64]] optional[seq[double]] optional[seq[float16]] optional[seq[float]]
     optional[seq[int16]] optional[seq[int32]] optional[seq[int64]] optional[seq[int8]] optional[seq[string]]
     optional[seq[uint16]] optional[seq[uint32]] optional[seq[uint64]] optional[seq[uint8]] optional[string]
     optional[uint16] optional[uint32] optional[uint4] optional[uint64] optional[uint8] seq[bfloat16] seq[bool]
     seq[complex128] seq[complex64] seq[double] seq[float16] seq[float8e4m3fn] seq[float8e4m3fnuz]
     seq[float8e5m2] seq[float8e5m2fnuz] seq[float] seq[int16] seq[int32] seq[int4] seq[int64] seq[int8]
     seq[string] seq[uint16] seq[uint32] seq[uint4] seq[uint64] seq[uint8] string uint16 uint32 uint4 uint64
     uint8
    = bfloat16 bool complex128 complex64 double float float16 float4e2m1 float8e4m3fn float8e4m3fnuz float8e5m2
     float8e5m2fnuz int16 int32 int4 int64 int8 optional[bfloat16] optional[bool] optional[complex128]
     optional[complex64] optional[double] optional[float16] optional[float4e2m1] optional[float8e4m3fn]
     optional[float8e4m3fnuz] optional[float8e5m2] optional[float8e5m2fnuz] optional[float] optional[int16]
     optional[int32] optional[int4] optional[int64] optional[int8] optional[seq[bfloat16]] optional[seq[bool]]
     optional[seq[complex128]] optional[seq[complex64]] optional[seq[double]] optional[seq[float16]]
     optional[seq[float]] optional[seq[int16]] optional[seq[int32]] optional[seq[int64]] optional[seq[int8]]
     optional[seq[string]] optional[seq[uint16]] optional[seq[uint32]] optional[seq[uint64]] optional[seq[uint8]]
     optional[string] optional[uint16] optional[uint32] optional[uint4] optional[uint64] optional[uint8]
     seq[bfloat16] seq[bool] seq[complex128] seq[complex64] seq[double] seq[float16] seq[float4e2m1]
     seq[float8e4m3fn] seq[float8e4m3fnuz] seq[float8e5m2] seq[float8e5m2fnuz] seq[float] seq[int16] seq[int32]
     seq[int4] seq[int64] seq[int8] seq[string] seq[uint16] seq[uint32] seq[uint4] seq[uint64] seq[uint8] string
     uint16 uint32 uint4 uint64 uint8
    = bfloat16 bool complex128 complex64 double float float16 float4e2m1 float8e4m3fn float8e4m3fnuz float8e5m2
     float8e5m2fnuz float8e8m0 int16 int32 int4 int64 int8 optional[bfloat16] optional[bool] optional[complex128]
     optional[complex64] optional[double] optional[float16] optional[float4e2m1] optional[float8e4m3fn]
     optional[float8e4m3fnuz] optional[float8e5m2] optional[float8e5m2fnuz] optional[float8e8m0] optional[float]
     optional[int16] optional[int32] optional[int4] optional[int64] optional[int8] optional[seq[bfloat16]]
     optional[seq[bool]] optional[seq[complex128]] optional[seq[complex64]] optional[seq[double]]
     optional[seq[float16]] optional[seq[float]] optional[seq[int16]] optional[seq[int32]] optional[seq[int64]]
     optional[seq[int8]] optional[seq[string]] optional[seq[uint16]] optional[seq[uint32]] optional[seq[uint64]]
     optional[seq[uint8]] optional[string] optional[uint16] optional[uint32] optional[uint4] optional[uint64]
     optional[uint8] seq[bfloat16] seq[bool] seq[complex128] seq[complex64] seq[double] seq[float16]
     seq[float4e2m1] seq[float8e4m3fn] seq[float8e4m3fnuz] seq[float8e5m2] seq[float8e5m2fnuz] seq[float8e8m0]
     seq[float] seq[int16] seq[int32] seq[int4] seq[int64] seq[int8] seq[string] seq[uint16] seq[uint32]
     seq[uint4] seq[uint64] seq[uint8] string uint16 uint32 uint4 uint64 uint8
    = bfloat16 bool complex128 complex64 double float float16 float4e2m1 float8e4m3fn float8e4m3fnuz float8e5m2
     float8e5m2fnuz float8e8m0 int16 int2 int32 int4 int64 int8 optional[bfloat16] optional[bool]
     optional[complex128] optional[complex64] optional[double] optional[float16] optional[float4e2m1]
     optional[float8e4m3fn] optional[float8e4m3fnuz] optional[float8e5m2] optional[float8e5m2fnuz]
     optional[float8e8m0] optional[float] optional[int16] optional[int2] optional[int32] optional[int4]
     optional[int64] optional[int8] optional[seq[bfloat16]] optional[seq[bool]] optional[seq[complex128]]
     optional[seq[complex64]] optional[seq[double]] optional[seq[float16]] optional[seq[float]]
     optional[seq[int16]] optional[seq[int32]] optional[seq[int64]] optional[seq[int8]] optional[seq[string]]
     optional[seq[uint16]] optional[seq[uint32]] optional[seq[uint64]] optional[seq[uint8]] optional[string]
     optional[uint16] optional[uint2] optional[uint32] optional[uint4] optional[uint64] optional[uint8]
     seq[bfloat16] seq[bool] seq[complex128] seq[complex64] seq[double] seq[float16] seq[float4e2m1]
     seq[float8e4m3fn] seq[float8e4m3fnuz] seq[float8e5m2] seq[float8e5m2fnuz] seq[float8e8m0] seq[float]
     seq[int16] seq[int2] seq[int32] seq[int4] seq[int64] seq[int8] seq[string] seq[uint16] seq[uint2]
     seq[uint32] seq[uint4] seq[uint64] seq[uint8] string uint16 uint2 uint32 uint4 uint64 uint8
    = double float
    = bfloat16 float
    = double float float16 int8 uint8
    = bfloat16 double float float16 int8 uint8
    = double float float16 int16 int32 int64 int8
    = bfloat16 double float float16 int16 int32 int64 int8
    = optional[bool] optional[complex128] optional[complex64] optional[double] optional[float16] optional[float]
     optional[int16] optional[int32] optional[int64] optional[int8] optional[seq[bool]] optional[seq[complex128]]
     optional[seq[complex64]] optional[seq[double]] optional[seq[float16]] optional[seq[float]]
     optional[seq[int16]] optional[seq[int32]] optional[seq[int64]] optional[seq[int8]] optional[seq[string]]
     optional[seq[uint16]] optional[seq[uint32]] optional[seq[uint64]] optional[seq[uint8]] optional[string]
     optional[uint16] optional[uint32] optional[uint64] optional[uint8]
    = bfloat16 bool complex128 complex64 double float float16 float4e2m1 float6e2m3 float6e3m2 float8e4m3fn
     float8e4m3fnuz float8e5m2 float8e5m2fnuz float8e8m0 int16 int2 int32 int4 int64 int8 seq[bfloat16] seq[bool]
     seq[complex128] seq[complex64] seq[double] seq[float16] seq[float4e2m1] seq[float6e2m3] seq[float6e3m2]
     seq[float8e4m3fn] seq[float8e4m3fnuz] seq[float8e5m2] seq[float8e5m2fnuz] seq[float8e8m0] seq[float]
     seq[int16] seq[int2] seq[int32] seq[int4] seq[int64] seq[int8] seq[string] seq[uint16] seq[uint2]
     seq[uint32] seq[uint4] seq[uint64] seq[uint8] string uint16 uint2 uint32 uint4 uint64 uint8
    = optional[bfloat16] optional[bool] optional[complex128] optional[complex64] optional[double]
     optional[float16] optional[float4e2m1] optional[float6e2m3] optional[float6e3m2] optional[float8e4m3fn]
     optional[float8e4m3fnuz] optional[float8e5m2] optional[float8e5m2fnuz] optional[float8e8m0] optional[float]
     optional[int16] optional[int2] optional[int32] optional[int4] optional[int64] optional[int8]
     optional[seq[bfloat16]] optional[seq[bool]] optional[seq[complex128]] optional[seq[complex64]]
     optional[seq[double]] optional[seq[float16]] optional[seq[float4e2m1]] optional[seq[float6e2m3]]
     optional[seq[float6e3m2]] optional[seq[float8e4m3fn]] optional[seq[float8e4m3fnuz]]
     optional[seq[float8e5m2]] optional[seq[float8e5m2fnuz]] optional[seq[float8e8m0]] optional[seq[float]]
     optional[seq[int16]] optional[seq[int2]] optional[seq[int32]] optional[seq[int4]] optional[seq[int64]]
     optional[seq[int8]] optional[seq[string]] optional[seq[uint16]] optional[seq[uint2]] optional[seq[uint32]]
     optional[seq[uint4]] optional[seq[uint64]] optional[seq[uint8]] optional[string] optional[uint16]
     optional[uint2] optional[uint32] optional[uint4] optional[uint64] optional[uint8]
    = bool complex128 complex64 double float float16 int16 int32 int64 int8 optional[bool] optional[complex128]
     optional[complex64] optional[double] optional[float16] optional[float] optional[int16] optional[int32]
     optional[int64] optional[int8] optional[seq[bool]] optional[seq[complex128]] optional[seq[complex64]]
     optional[seq[double]] optional[seq[float16]] optional[seq[float]] optional[seq[int16]] optional[seq[int32]]
     optional[seq[int64]] optional[seq[int8]] optional[seq[string]] optional[seq[uint16]] optional[seq[uint32]]
     optional[seq[uint64]] optional[seq[uint8]] optional[string] optional[uint16] optional[uint32]
     optional[uint64] optional[uint8] seq[bool] seq[complex128] seq[complex64] seq[double] seq[float16]
     seq[float] seq[int16] seq[int32] seq[int64] seq[int8] seq[string] seq[uint16] seq[uint32] seq[uint64]
     seq[uint8] string uint16 uint32 uint64 uint8
    = bfloat16 bool complex128 complex64 double float float16 float4e2m1 float6e2m3 float6e3m2 float8e4m3fn
     float8e4m3fnuz float8e5m2 float8e5m2fnuz float8e8m0 int16 int2 int32 int4 int64 int8 optional[bfloat16]
     optional[bool] optional[complex128] optional[complex64] optional[double] optional[float16]
     optional[float4e2m1] optional[float6e2m3] optional[float6e3m2] optional[float8e4m3fn]
     optional[float8e4m3fnuz] optional[float8e5m2] optional[float8e5m2fnuz] optional[float8e8m0] optional[float]
     optional[int16] optional[int2] optional[int32] optional[int4] optional[int64] optional[int8]
     optional[seq[bfloat16]] optional[seq[bool]] optional[seq[complex128]] optional[seq[complex64]]
     optional[seq[double]] optional[seq[float16]] optional[seq[float4e2m1]] optional[seq[float6e2m3]]
     optional[seq[float6e3m2]] optional[seq[float8e4m3fn]] optional[seq[float8e4m3fnuz]]
     optional[seq[float8e5m2]] optional[seq[float8e5m2fnuz]] optional[seq[float8e8m0]] optional[seq[float]]
     optional[seq[int16]] optional[seq[int2]] optional[seq[int32]] optional[seq[int4]] optional[seq[int64]]
     optional[seq[int8]] optional[seq[string]] optional[seq[uint16]] optional[seq[uint2]] optional[seq[uint32]]
     optional[seq[uint4]] optional[seq[uint64]] optional[seq[uint8]] optional[string] optional[uint16]
     optional[uint2] optional[uint32] optional[uint4] optional[uint64] optional[uint8] seq[bfloat16] seq[bool]
     seq[complex128] seq[complex64] seq[double] seq[float16] seq[float4e2m1] seq[float6e2m3] seq[float6e3m2]
     seq[float8e4m3fn] seq[float8e4m3fnuz] seq[float8e5m2] seq[float8e5m2fnuz] seq[float8e8m0] seq[float]
     seq[int16] seq[int2] seq[int32] seq[int4] seq[int64] seq[int8] seq[string] seq[uint16] seq[uint2]
     seq[uint32] seq[uint4] seq[uint64] seq[uint8] string uint16 uint2 uint32 uint4 uint64 uint8
    = double float float16 int32 int64
    = bfloat16 double float float16 int32 int64
    = float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz int8 uint8
    = float int32
    = bfloat16 float float16 int32
    = float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz int16 int4 int8 uint16 uint4 uint8
    = float4e2m1 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz int16 int4 int8 uint16 uint4 uint8
    = bfloat16 float float16 float8e8m0 int32
    = float4e2m1 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz int16 int2 int4 int8 uint16 uint2 uint4
     uint8
    = float4e2m1 float6e2m3 float6e3m2 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz int16 int2 int4
     int8 uint16 uint2 uint4 uint8
    = double float int16 int32 int64
    = bfloat16 double float float16 int16 int32 int64
    = double float float16 int32 int64 int8 uint32 uint64 uint8
    = bfloat16 double float float16 int32 int64 int8 uint32 uint64 uint8
    = bfloat16 bool double float float16 int32 int64 int8 uint32 uint64 uint8
    = string
    = seq[bfloat16] seq[bool] seq[complex128] seq[complex64] seq[double] seq[float16] seq[float] seq[int16]
     seq[int32] seq[int64] seq[int8] seq[string] seq[uint16] seq[uint32] seq[uint64] seq[uint8]
    = int32 int64 string
    = bool double float float16 int32 int64
    = double float int32 int64 string
    = double float int32 int64
    = map[int64,float] map[int64,string]
    = float int64 string
    = int64 string
    = map[int64,double] map[int64,float] map[int64,string] map[string,double] map[string,float]
     map[string,int64]
    = double float int64 string
    = double float int16 int32 int64 string
    = seq[map[int64,float]] seq[map[string,float]]
    ai.onnx Abs 1 | .T=0 | .T=0 | consumed_inputs:7
    ai.onnx Abs 6 | .T=1 | .T=1 |
    ai.onnx Abs 13 | .T=2 | .T=2 |
    ai.onnx Acos 7 | .T=0 | .T=0 |
    ai.onnx Acos 22 | .T=3 | .T=3 |
    ai.onnx Acosh 9 | .T=0 | .T=0 |
    ai.onnx Acosh 22 | .T=3 | .T=3 |
    ai.onnx Add 1 | .T=0 .T=0 | .T=0 | axis:2 broadcast:2 consumed_inputs:7
    ai.onnx Add 6 | .T=4 .T=4 | .T=4 | axis:2 broadcast:2
    ai.onnx Add 7 | .T=4 .T=4 | .T=4 |
    ai.onnx Add 13 | .T=5 .T=5 | .T=5 |
    ai.onnx Add 14 | .T=2 .T=2 | .T=2 |
    ai.onnx AffineGrid 20 | .T1=3 .T2=6 | .T1=3 | align_corners:2
    ai.onnx And 1 | .T=7 .T=7 | .T1=7 | axis:2 broadcast:2
    ai.onnx And 7 | .T=7 .T=7 | .T1=7 |
    ai.onnx ArgMax 1 | .T=1 | .=6 | axis:2 keepdims:2
    ai.onnx ArgMax 11 | .T=1 | .=6 | axis:2 keepdims:2
    ai.onnx ArgMax 12 | .T=1 | .=6 | axis:2 keepdims:2 select_last_index:2
    ai.onnx ArgMax 13 | .T=2 | .=6 | axis:2 keepdims:2 select_last_index:2
    ai.onnx ArgMin 1 | .T=1 | .=6 | axis:2 keepdims:2
    ai.onnx ArgMin 11 | .T=1 | .=6 | axis:2 keepdims:2
    ai.onnx ArgMin 12 | .T=1 | .=6 | axis:2 keepdims:2 select_last_index:2
    ai.onnx ArgMin 13 | .T=2 | .=6 | axis:2 keepdims:2 select_last_index:2
    ai.onnx Asin 7 | .T=0 | .T=0 |
    ai.onnx Asin 22 | .T=3 | .T=3 |
    ai.onnx Asinh 9 | .T=0 | .T=0 |
    ai.onnx Asinh 22 | .T=3 | .T=3 |
    ai.onnx Atan 7 | .T=0 | .T=0 |
    ai.onnx Atan 22 | .T=3 | .T=3 |
    ai.onnx Atanh 9 | .T=0 | .T=0 |
    ai.onnx Atanh 22 | .T=3 | .T=3 |
    ai.onnx Attention 23 | .T1=3 .T1=3 .T2=3 ?U=8 ?T1=3 ?T2=3 | .T1=3 ?T1=3 ?T2=3 ?T1=3 | is_causal:2
     kv_num_heads:2 q_num_heads:2 qk_matmul_output_mode:2 scale:1 softcap:1 softmax_precision:2
    ai.onnx Attention 24 | .T1=3 .T1=3 .T2=3 ?U=8 ?T1=3 ?T2=3 ?=6 | .T1=3 ?T1=3 ?T2=3 ?T1=3 | is_causal:2
     kv_num_heads:2 q_num_heads:2 qk_matmul_output_mode:2 scale:1 softcap:1 softmax_precision:2
    ai.onnx Attention 25 | .T1=3 .T1=3 .T2=3 ?U=8 ?T1=3 ?T2=3 ?=6 | .T1=3 ?T1=3 ?T2=3 ?T1=3 | is_causal:2
     kv_num_heads:2 left_window_size:2 q_num_heads:2 qk_matmul_output_mode:2 right_window_size:2 scale:1
     softcap:1 softmax_precision:2
    ai.onnx AveragePool 1 | .T=0 | .T=0 | auto_pad:3 kernel_shape:7! pads:7 strides:7
    ai.onnx AveragePool 7 | .T=0 | .T=0 | auto_pad:3 count_include_pad:2 kernel_shape:7! pads:7 strides:7
    ai.onnx AveragePool 10 | .T=0 | .T=0 | auto_pad:3 ceil_mode:2 count_include_pad:2 kernel_shape:7! pads:7
     strides:7
    ai.onnx AveragePool 11 | .T=0 | .T=0 | auto_pad:3 ceil_mode:2 count_include_pad:2 kernel_shape:7! pads:7
     strides:7
    ai.onnx AveragePool 19 | .T=0 | .T=0 | auto_pad:3 ceil_mode:2 count_include_pad:2 dilations:7
     kernel_shape:7! pads:7 strides:7
    ai.onnx AveragePool 22 | .T=3 | .T=3 | auto_pad:3 ceil_mode:2 count_include_pad:2 dilations:7
     kernel_shape:7! pads:7 strides:7
    ai.onnx BatchNormalization 1 | .T=0 .T=0 .T=0 .T=0 .T=0 | .T=0 ?T=0 ?T=0 ?T=0 ?T=0 | consumed_inputs:7!
     epsilon:1 is_test:2 momentum:1 spatial:2
    ai.onnx BatchNormalization 6 | .T=0 .T=0 .T=0 .T=0 .T=0 | .T=0 ?T=0 ?T=0 ?T=0 ?T=0 | epsilon:1 is_test:2
     momentum:1 spatial:2
    ai.onnx BatchNormalization 7 | .T=0 .T=0 .T=0 .T=0 .T=0 | .T=0 ?T=0 ?T=0 ?T=0 ?T=0 | epsilon:1 momentum:1
     spatial:2
    ai.onnx BatchNormalization 9 | .T=0 .T=0 .T=0 .T=0 .T=0 | .T=0 ?T=0 ?T=0 ?T=0 ?T=0 | epsilon:1 momentum:1
    ai.onnx BatchNormalization 14 | .T=3 .T=3 .T=3 .U=3 .U=3 | .T=3 ?U=3 ?U=3 | epsilon:1 momentum:1
     training_mode:2
    ai.onnx BatchNormalization 15 | .T=3 .T1=3 .T1=3 .T2=3 .T2=3 | .T=3 ?T2=3 ?T2=3 | epsilon:1 momentum:1
     training_mode:2
    ai.onnx Bernoulli 15 | .T1=0 | .T2=8 | dtype:2 seed:1
    ai.onnx Bernoulli 22 | .T1=3 | .T2=8 | dtype:2 seed:1
    ai.onnx BitCast 26 | .T1=9 | .T2=9 | to:2!
    ai.onnx BitShift 11 | .T=10 .T=10 | .T=10 | direction:3!
    ai.onnx BitShift 28 | .T=11 .T=11 | .T=11 | direction:3!
    ai.onnx BitwiseAnd 18 | .T=11 .T=11 | .T=11 |
    ai.onnx BitwiseNot 18 | .T=11 | .T=11 |
    ai.onnx BitwiseOr 18 | .T=11 .T=11 | .T=11 |
    ai.onnx BitwiseXor 18 | .T=11 .T=11 | .T=11 |
    ai.onnx BlackmanWindow 17 | .T1=12 | .T2=2 | output_datatype:2 periodic:2
    ai.onnx Cast 1 | .T1=13 | .T2=13 | to:3!
    ai.onnx Cast 6 | .T1=13 | .T2=13 | to:2!
    ai.onnx Cast 9 | .T1=14 | .T2=14 | to:2!
    ai.onnx Cast 13 | .T1=15 | .T2=15 | to:2!
    ai.onnx Cast 19 | .T1=16 | .T2=16 | saturate:2 to:2!
    ai.onnx Cast 21 | .T1=17 | .T2=17 | saturate:2 to:2!
    ai.onnx Cast 23 | .T1=18 | .T2=18 | saturate:2 to:2!
    ai.onnx Cast 24 | .T1=19 | .T2=19 | round_mode:3 saturate:2 to:2!
    ai.onnx Cast 25 | .T1=20 | .T2=20 | round_mode:3 saturate:2 to:2!
    ai.onnx Cast 28 | .T1=21 | .T2=21 | round_mode:3 saturate:2 to:2!
    ai.onnx CastLike 15 | .T1=15 .T2=15 | .T2=15 |
    ai.onnx CastLike 19 | .T1=16 .T2=16 | .T2=16 | saturate:2
    ai.onnx CastLike 21 | .T1=17 .T2=17 | .T2=17 | saturate:2
    ai.onnx CastLike 23 | .T1=18 .T2=18 | .T2=18 | saturate:2
    ai.onnx CastLike 24 | .T1=19 .T2=19 | .T2=19 | round_mode:3 saturate:2
    ai.onnx CastLike 25 | .T1=20 .T2=20 | .T2=20 | round_mode:3 saturate:2
    ai.onnx CausalConvWithState 27 | .T=22 .T=22 ?T=22 ?T=22 | .T=22 .T=22 | activation:3
    ai.onnx Ceil 1 | .T=0 | .T=0 | consumed_inputs:7
    ai.onnx Ceil 6 | .T=0 | .T=0 |
    ai.onnx Ceil 13 | .T=3 | .T=3 |
    ai.onnx Celu 12 | .T=23 | .T=23 | alpha:1
    ai.onnx Celu 28 | .T=3 | .T=3 | alpha:1
    ai.onnx CenterCropPad 18 | .T=24 .Tind=12 | .T=24 | axes:7
    ai.onnx Clip 1 | .T=0 | .T=0 | consumed_inputs:7 max:1 min:1
    ai.onnx Clip 6 | .T=0 | .T=0 | max:1 min:1
    ai.onnx Clip 11 | .T=0 ?T=0 ?T=0 | .T=0 |
    ai.onnx Clip 12 | .T=1 ?T=1 ?T=1 | .T=1 |
    ai.onnx Clip 13 | .T=2 ?T=2 ?T=2 | .T=2 |
    ai.onnx Col2Im 18 | .T=24 .=6 .=6 | .T=24 | dilations:7 pads:7 strides:7
    ai.onnx Compress 9 | .T=25 .T1=7 | .T=25 | axis:2
    ai.onnx Compress 11 | .T=25 .T1=7 | .T=25 | axis:2
    ai.onnx Compress 28 | .T=24 .T1=7 | .T=24 | axis:2
    ai.onnx Concat 1 | *1T=0 | .T=0 | axis:2
    ai.onnx Concat 4 | *1T=25 | .T=25 | axis:2!
    ai.onnx Concat 11 | *1T=25 | .T=25 | axis:2!
    ai.onnx Concat 13 | *1T=24 | .T=24 | axis:2!
    ai.onnx ConcatFromSequence 11 | .S=26 | .T=25 | axis:2! new_axis:2
    ai.onnx Constant 1 | | .T=0 | value:4!
    ai.onnx Constant 9 | | .T=25 | value:4!
    ai.onnx Constant 11 | | .T=25 | sparse_value:11 value:4
    ai.onnx Constant 12 | | .T=25 | sparse_value:11 value:4 value_float:1 value_floats:6 value_int:2
     value_ints:7 value_string:3 value_strings:8
    ai.onnx Constant 13 | | .T=24 | sparse_value:11 value:4 value_float:1 value_floats:6 value_int:2
     value_ints:7 value_string:3 value_strings:8
    ai.onnx Constant 19 | | .T=27 | sparse_value:11 value:4 value_float:1 value_floats:6 value_int:2
     value_ints:7 value_string:3 value_strings:8
    ai.onnx Constant 21 | | .T=28 | sparse_value:11 value:4 value_float:1 value_floats:6 value_int:2
     value_ints:7 value_string:3 value_strings:8
    ai.onnx Constant 23 | | .T=29 | sparse_value:11 value:4 value_float:1 value_floats:6 value_int:2
     value_ints:7 value_string:3 value_strings:8
    ai.onnx Constant 24 | | .T=30 | sparse_value:11 value:4 value_float:1 value_floats:6 value_int:2
     value_ints:7 value_string:3 value_strings:8
    ai.onnx Constant 25 | | .T=31 | sparse_value:11 value:4 value_float:1 value_floats:6 value_int:2
     value_ints:7 value_string:3 value_strings:8
    ai.onnx ConstantOfShape 9 | .T1=6 | .T2=13 | value:4
    ai.onnx ConstantOfShape 20 | .T1=6 | .T2=32 | value:4
    ai.onnx ConstantOfShape 21 | .T1=6 | .T2=33 | value:4
    ai.onnx ConstantOfShape 23 | .T1=6 | .T2=34 | value:4
    ai.onnx ConstantOfShape 24 | .T1=6 | .T2=35 | value:4
    ai.onnx ConstantOfShape 25 | .T1=6 | .T2=36 | value:4
    ai.onnx Conv 1 | .T=0 .T=0 ?T=0 | .T=0 | auto_pad:3 dilations:7 group:2 kernel_shape:7 pads:7 strides:7
    ai.onnx Conv 11 | .T=0 .T=0 ?T=0 | .T=0 | auto_pad:3 dilations:7 group:2 kernel_shape:7 pads:7 strides:7
    ai.onnx Conv 22 | .T=3 .T=3 ?T=3 | .T=3 | auto_pad:3 dilations:7 group:2 kernel_shape:7 pads:7 strides:7
    ai.onnx ConvInteger 10 | .T1=37 .T2=37 ?T1=37 ?T2=37 | .T3=38 | auto_pad:3 dilations:7 group:2
     kernel_shape:7 pads:7 strides:7
    ai.onnx ConvTranspose 1 | .T=0 .T=0 ?T=0 | .T=0 | auto_pad:3 dilations:7 group:2 kernel_shape:7
     output_padding:7 output_shape:7 pads:7 strides:7
    ai.onnx ConvTranspose 11 | .T=0 .T=0 ?T=0 | .T=0 | auto_pad:3 dilations:7 group:2 kernel_shape:7
     output_padding:7 output_shape:7 pads:7 strides:7
    ai.onnx ConvTranspose 22 | .T=3 .T=3 ?T=3 | .T=3 | auto_pad:3 dilations:7 group:2 kernel_shape:7
     output_padding:7 output_shape:7 pads:7 strides:7
    ai.onnx Cos 7 | .T=0 | .T=0 |
    ai.onnx Cos 22 | .T=3 | .T=3 |
    ai.onnx Cosh 9 | .T=0 | .T=0 |
    ai.onnx Cosh 22 | .T=3 | .T=3 |
    ai.onnx CumProd 26 | .T=5 .T2=12 | .T=5 | exclusive:2 reverse:2
    ai.onnx CumSum 11 | .T=39 .T2=12 | .T=39 | exclusive:2 reverse:2
    ai.onnx CumSum 14 | .T=5 .T2=12 | .T=5 | exclusive:2 reverse:2
    ai.onnx DFT 17 | .T1=3 ?T2=12 | .T1=3 | axis:2 inverse:2 onesided:2
    ai.onnx DFT 20 | .T1=3 ?T2=12 ?=6 | .T1=3 | inverse:2 onesided:2
    ai.onnx DeformConv 19 | .T=0 .T=0 .T=0 ?T=0 ?T=0 | .T=0 | dilations:7 group:2 kernel_shape:7 offset_group:2
     pads:7 strides:7
    ai.onnx DeformConv 22 | .T=3 .T=3 .T=3 ?T=3 ?T=3 | .T=3 | dilations:7 group:2 kernel_shape:7 offset_group:2
     pads:7 strides:7
    ai.onnx DepthToSpace 1 | .T=25 | .T=25 | blocksize:2!
    ai.onnx DepthToSpace 11 | .T=25 | .T=25 | blocksize:2! mode:3
    ai.onnx DepthToSpace 13 | .T=24 | .T=24 | blocksize:2! mode:3
    ai.onnx DepthToSpace 28 | .T=24 | .T=24 | blocksize:2! mode:3
    ai.onnx DequantizeLinear 10 | .T=40 .=23 ?T=40 | .=23 |
    ai.onnx DequantizeLinear 13 | .T=40 .=23 ?T=40 | .=23 | axis:2
    ai.onnx DequantizeLinear 19 | .T1=41 .T2=22 ?T1=41 | .T2=22 | axis:2
    ai.onnx DequantizeLinear 21 | .T1=42 .T2=22 ?T1=42 | .T2=22 | axis:2 block_size:2
    ai.onnx DequantizeLinear 23 | .T1=43 .T2=22 ?T1=43 | .T3=22 | axis:2 block_size:2 output_dtype:2
    ai.onnx DequantizeLinear 24 | .T1=43 .T2=44 ?T1=43 | .T3=22 | axis:2 block_size:2 output_dtype:2
    ai.onnx DequantizeLinear 25 | .T1=45 .T2=44 ?T1=45 | .T3=22 | axis:2 block_size:2 output_dtype:2
    ai.onnx DequantizeLinear 28 | .T1=46 .T2=44 ?T1=46 | .T3=22 | axis:2 block_size:2 output_dtype:2
    ai.onnx Det 11 | .T=0 | .T=0 |
    ai.onnx Det 22 | .T=3 | .T=3 |
    ai.onnx Div 1 | .T=0 .T=0 | .T=0 | axis:2 broadcast:2 consumed_inputs:7
    ai.onnx Div 6 | .T=4 .T=4 | .T=4 | axis:2 broadcast:2
    ai.onnx Div 7 | .T=4 .T=4 | .T=4 |
    ai.onnx Div 13 | .T=5 .T=5 | .T=5 |
    ai.onnx Div 14 | .T=2 .T=2 | .T=2 |
    ai.onnx Dropout 1 | .T=0 | .T=0 ?T=0 | consumed_inputs:7 is_test:2 ratio:1
    ai.onnx Dropout 6 | .T=0 | .T=0 ?T=0 | is_test:2 ratio:1
    ai.onnx Dropout 7 | .T=0 | .T=0 ?T=0 | ratio:1
    ai.onnx Dropout 10 | .T=0 | .T=0 ?T1=7 | ratio:1
    ai.onnx Dropout 12 | .T=0 ?T1=0 ?T2=7 | .T=0 ?T2=7 | seed:2
    ai.onnx Dropout 13 | .T=3 ?T1=0 ?T2=7 | .T=3 ?T2=7 | seed:2
    ai.onnx Dropout 22 | .T=47 ?T1=47 ?T2=7 | .T=47 ?T2=7 | seed:2
    ai.onnx DynamicQuantizeLinear 11 | .T1=23 | .T2=48 .=23 .T2=48 |
    ai.onnx Einsum 12 | *1T=1 | .T=1 | equation:3!
    ai.onnx Einsum 28 | *1T=2 | .T=2 | equation:3!
    ai.onnx Elu 1 | .T=0 | .T=0 | alpha:1 consumed_inputs:7
    ai.onnx Elu 6 | .T=0 | .T=0 | alpha:1
    ai.onnx Elu 22 | .T=3 | .T=3 | alpha:1
    ai.onnx Equal 1 | .T=49 .T=49 | .T1=7 | axis:2 broadcast:2
    ai.onnx Equal 7 | .T=49 .T=49 | .T1=7 |
    ai.onnx Equal 11 | .T=13 .T=13 | .T1=7 |
    ai.onnx Equal 13 | .T=8 .T=8 | .T1=7 |
    ai.onnx Equal 19 | .T=15 .T=15 | .T1=7 |
    ai.onnx Erf 9 | .T=1 | .T=1 |
    ai.onnx Erf 13 | .T=3 | .T=3 |
    ai.onnx Exp 1 | .T=0 | .T=0 | consumed_inputs:7
    ai.onnx Exp 6 | .T=0 | .T=0 |
    ai.onnx Exp 13 | .T=3 | .T=3 |
    ai.onnx Expand 8 | .T=25 .=6 | .T=25 |
    ai.onnx Expand 13 | .T=24 .=6 | .T=24 |
    ai.onnx EyeLike 9 | .T1=13 | .T2=13 | dtype:2 k:2
    ai.onnx EyeLike 22 | .T1=8 | .T2=8 | dtype:2 k:2
    ai.onnx Flatten 1 | .T=0 | .T=0 | axis:2
    ai.onnx Flatten 9 | .T=25 | .T=25 | axis:2
    ai.onnx Flatten 11 | .T=25 | .T=25 | axis:2
    ai.onnx Flatten 13 | .T=24 | .T=24 | axis:2
    ai.onnx Flatten 21 | .T=28 | .T=28 | axis:2
    ai.onnx Flatten 23 | .T=29 | .T=29 | axis:2
    ai.onnx Flatten 24 | .T=30 | .T=30 | axis:2
    ai.onnx Flatten 25 | .T=31 | .T=31 | axis:2
    ai.onnx Floor 1 | .T=0 | .T=0 | consumed_inputs:7
    ai.onnx Floor 6 | .T=0 | .T=0 |
    ai.onnx Floor 13 | .T=3 | .T=3 |
    ai.onnx GRU 1 | .T=0 .T=0 .T=0 ?T=0 ?T1=38 ?T=0 | ?T=0 .T=0 | activation_alpha:6 activation_beta:6
     activations:8 clip:1 direction:3 hidden_size:2 output_sequence:2
    ai.onnx GRU 3 | .T=0 .T=0 .T=0 ?T=0 ?T1=38 ?T=0 | ?T=0 ?T=0 | activation_alpha:6 activation_beta:6
     activations:8 clip:1 direction:3 hidden_size:2 linear_before_reset:2 output_sequence:2
    ai.onnx GRU 7 | .T=0 .T=0 .T=0 ?T=0 ?T1=38 ?T=0 | ?T=0 ?T=0 | activation_alpha:6 activation_beta:6
     activations:8 clip:1 direction:3 hidden_size:2 linear_before_reset:2
    ai.onnx GRU 14 | .T=0 .T=0 .T=0 ?T=0 ?T1=38 ?T=0 | ?T=0 ?T=0 | activation_alpha:6 activation_beta:6
     activations:8 clip:1 direction:3 hidden_size:2 layout:2 linear_before_reset:2
    ai.onnx GRU 22 | .T=3 .T=3 .T=3 ?T=3 ?T1=38 ?T=3 | ?T=3 ?T=3 | activation_alpha:6 activation_beta:6
     activations:8 clip:1 direction:3 hidden_size:2 layout:2 linear_before_reset:2
    ai.onnx Gather 1 | .T=25 .Tind=12 | .T=25 | axis:2
    ai.onnx Gather 11 | .T=25 .Tind=12 | .T=25 | axis:2
    ai.onnx Gather 13 | .T=24 .Tind=12 | .T=24 | axis:2
    ai.onnx GatherElements 11 | .T=25 .Tind=12 | .T=25 | axis:2
    ai.onnx GatherElements 13 | .T=24 .Tind=12 | .T=24 | axis:2
    ai.onnx GatherND 11 | .T=25 .=6 | .T=25 |
    ai.onnx GatherND 12 | .T=25 .=6 | .T=25 | batch_dims:2
    ai.onnx GatherND 13 | .T=24 .=6 | .T=24 | batch_dims:2
    ai.onnx Gelu 20 | .T=3 | .T=3 | approximate:3
    ai.onnx Gemm 1 | .T=0 .T=0 .T=0 | .T=0 | alpha:1 beta:1 broadcast:2 transA:2 transB:2
    ai.onnx Gemm 6 | .T=0 .T=0 .T=0 | .T=0 | alpha:1 beta:1 broadcast:2 transA:2 transB:2
    ai.onnx Gemm 7 | .T=0 .T=0 .T=0 | .T=0 | alpha:1 beta:1 transA:2 transB:2
    ai.onnx Gemm 9 | .T=4 .T=4 .T=4 | .T=4 | alpha:1 beta:1 transA:2 transB:2
    ai.onnx Gemm 11 | .T=4 .T=4 ?T=4 | .T=4 | alpha:1 beta:1 transA:2 transB:2
    ai.onnx Gemm 13 | .T=5 .T=5 ?T=5 | .T=5 | alpha:1 beta:1 transA:2 transB:2
    ai.onnx GlobalAveragePool 1 | .T=0 | .T=0 |
    ai.onnx GlobalAveragePool 22 | .T=3 | .T=3 |
    ai.onnx GlobalLpPool 1 | .T=0 | .T=0 | p:1
    ai.onnx GlobalLpPool 2 | .T=0 | .T=0 | p:2
    ai.onnx GlobalLpPool 22 | .T=3 | .T=3 | p:2
    ai.onnx GlobalMaxPool 1 | .T=0 | .T=0 |
    ai.onnx GlobalMaxPool 22 | .T=3 | .T=3 |
    ai.onnx Greater 1 | .T=0 .T=0 | .T1=7 | axis:2 broadcast:2
    ai.onnx Greater 7 | .T=0 .T=0 | .T1=7 |
    ai.onnx Greater 9 | .T=1 .T=1 | .T1=7 |
    ai.onnx Greater 13 | .T=2 .T=2 | .T1=7 |
    ai.onnx GreaterOrEqual 12 | .T=1 .T=1 | .T1=7 |
    ai.onnx GreaterOrEqual 16 | .T=2 .T=2 | .T1=7 |
    ai.onnx GridSample 16 | .T1=25 .T2=0 | .T1=25 | align_corners:2 mode:3 padding_mode:3
    ai.onnx GridSample 20 | .T1=25 .T2=0 | .T1=25 | align_corners:2 mode:3 padding_mode:3
    ai.onnx GridSample 22 | .T1=24 .T2=3 | .T1=24 | align_corners:2 mode:3 padding_mode:3
    ai.onnx GroupNormalization 18 | .T=3 .T=3 .T=3 | .T=3 | epsilon:1 num_groups:2!
    ai.onnx GroupNormalization 21 | .T=3 .T=3 .T=3 | .T=3 | epsilon:1 num_groups:2! stash_type:2
    ai.onnx HammingWindow 17 | .T1=12 | .T2=2 | output_datatype:2 periodic:2
    ai.onnx HannWindow 17 | .T1=12 | .T2=2 | output_datatype:2 periodic:2
    ai.onnx HardSigmoid 1 | .T=0 | .T=0 | alpha:1 beta:1 consumed_inputs:7
    ai.onnx HardSigmoid 6 | .T=0 | .T=0 | alpha:1 beta:1
    ai.onnx HardSigmoid 22 | .T=3 | .T=3 | alpha:1 beta:1
    ai.onnx HardSwish 14 | .T=0 | .T=0 |
    ai.onnx HardSwish 22 | .T=3 | .T=3 |
    ai.onnx Hardmax 1 | .T=0 | .T=0 | axis:2
    ai.onnx Hardmax 11 | .T=0 | .T=0 | axis:2
    ai.onnx Hardmax 13 | .T=3 | .T=3 | axis:2
    ai.onnx Identity 1 | .T=25 | .T=25 |
    ai.onnx Identity 13 | .T=24 | .T=24 |
    ai.onnx Identity 14 | .V=50 | .V=50 |
    ai.onnx Identity 16 | .V=51 | .V=51 |
    ai.onnx Identity 19 | .V=52 | .V=52 |
    ai.onnx Identity 21 | .V=53 | .V=53 |
    ai.onnx Identity 23 | .V=54 | .V=54 |
    ai.onnx Identity 24 | .V=55 | .V=55 |
    ai.onnx Identity 25 | .V=56 | .V=56 |
    ai.onnx If 1 | .B=7 | +1V=25 | else_branch:5! then_branch:5!
    ai.onnx If 11 | .B=7 | +1V=25 | else_branch:5! then_branch:5!
    ai.onnx If 13 | .B=7 | +1V=57 | else_branch:5! then_branch:5!
    ai.onnx If 16 | .B=7 | +1V=58 | else_branch:5! then_branch:5!
    ai.onnx If 19 | .B=7 | +1V=59 | else_branch:5! then_branch:5!
    ai.onnx If 21 | .B=7 | +1V=60 | else_branch:5! then_branch:5!
    ai.onnx If 23 | .B=7 | +1V=61 | else_branch:5! then_branch:5!
    ai.onnx If 24 | .B=7 | +1V=62 | else_branch:5! then_branch:5!
    ai.onnx If 25 | .B=7 | +1V=63 | else_branch:5! then_branch:5!
    ai.onnx ImageDecoder 20 | .T1=48 | .T2=48 | pixel_format:3
    ai.onnx InstanceNormalization 1 | .T=0 .T=0 .T=0 | .T=0 | consumed_inputs:7 epsilon:1
    ai.onnx InstanceNormalization 6 | .T=0 .T=0 .T=0 | .T=0 | epsilon:1
    ai.onnx InstanceNormalization 22 | .T=3 .T=3 .T=3 | .T=3 | epsilon:1
    ai.onnx IsInf 10 | .T1=64 | .T2=7 | detect_negative:2 detect_positive:2
    ai.onnx IsInf 20 | .T1=47 | .T2=7 | detect_negative:2 detect_positive:2
    ai.onnx IsNaN 9 | .T1=0 | .T2=7 |
    ai.onnx IsNaN 13 | .T1=3 | .T2=7 |
    ai.onnx IsNaN 20 | .T1=47 | .T2=7 |
    ai.onnx LRN 1 | .T=0 | .T=0 | alpha:1 beta:1 bias:1 size:2!
    ai.onnx LRN 13 | .T=3 | .T=3 | alpha:1 beta:1 bias:1 size:2!
    ai.onnx LSTM 1 | .T=0 .T=0 .T=0 ?T=0 ?T1=38 ?T=0 ?T=0 ?T=0 | ?T=0 ?T=0 ?T=0 | activation_alpha:6
     activation_beta:6 activations:8 clip:1 direction:3 hidden_size:2 input_forget:2 output_sequence:2
    ai.onnx LSTM 7 | .T=0 .T=0 .T=0 ?T=0 ?T1=38 ?T=0 ?T=0 ?T=0 | ?T=0 ?T=0 ?T=0 | activation_alpha:6
     activation_beta:6 activations:8 clip:1 direction:3 hidden_size:2 input_forget:2
    ai.onnx LSTM 14 | .T=0 .T=0 .T=0 ?T=0 ?T1=38 ?T=0 ?T=0 ?T=0 | ?T=0 ?T=0 ?T=0 | activation_alpha:6
     activation_beta:6 activations:8 clip:1 direction:3 hidden_size:2 input_forget:2 layout:2
    ai.onnx LSTM 22 | .T=3 .T=3 .T=3 ?T=3 ?T1=38 ?T=3 ?T=3 ?T=3 | ?T=3 ?T=3 ?T=3 | activation_alpha:6
     activation_beta:6 activations:8 clip:1 direction:3 hidden_size:2 input_forget:2 layout:2
    ai.onnx LayerNormalization 17 | .T=3 .T=3 ?T=3 | .T=3 ?U=65 ?U=65 | axis:2 epsilon:1 stash_type:2
    ai.onnx LeakyRelu 1 | .T=0 | .T=0 | alpha:1 consumed_inputs:7
    ai.onnx LeakyRelu 6 | .T=0 | .T=0 | alpha:1
    ai.onnx LeakyRelu 16 | .T=3 | .T=3 | alpha:1
    ai.onnx Less 1 | .T=0 .T=0 | .T1=7 | axis:2 broadcast:2
    ai.onnx Less 7 | .T=0 .T=0 | .T1=7 |
    ai.onnx Less 9 | .T=1 .T=1 | .T1=7 |
    ai.onnx Less 13 | .T=2 .T=2 | .T1=7 |
    ai.onnx LessOrEqual 12 | .T=1 .T=1 | .T1=7 |
    ai.onnx LessOrEqual 16 | .T=2 .T=2 | .T1=7 |
    ai.onnx LinearAttention 27 | .T=22 .T=22 .T=22 ?S=22 ?T=22 ?T=22 | .T=22 .S=22 | chunk_size:2
     kv_num_heads:2! q_num_heads:2! scale:1 update_rule:3
    ai.onnx Log 1 | .T=0 | .T=0 | consumed_inputs:7
    ai.onnx Log 6 | .T=0 | .T=0 |
    ai.onnx Log 13 | .T=3 | .T=3 |
    ai.onnx LogSoftmax 1 | .T=0 | .T=0 | axis:2
    ai.onnx LogSoftmax 11 | .T=0 | .T=0 | axis:2
    ai.onnx LogSoftmax 13 | .T=3 | .T=3 | axis:2
    ai.onnx Loop 1 | ?I=6 ?B=7 +1V=25 | +1V=25 | body:5!
    ai.onnx Loop 11 | ?I=6 ?B=7 +0V=25 | +1V=25 | body:5!
    ai.onnx Loop 13 | ?I=6 ?B=7 +0V=57 | +1V=57 | body:5!
    ai.onnx Loop 16 | ?I=6 ?B=7 +0V=58 | +1V=58 | body:5!
    ai.onnx Loop 19 | ?I=6 ?B=7 +0V=59 | +1V=59 | body:5!
    ai.onnx Loop 21 | ?I=6 ?B=7 +0V=60 | +1V=60 | body:5!
    ai.onnx Loop 23 | ?I=6 ?B=7 +0V=61 | +1V=61 | body:5!
    ai.onnx Loop 24 | ?I=6 ?B=7 +0V=62 | +1V=62 | body:5!
    ai.onnx Loop 25 | ?I=6 ?B=7 +0V=63 | +1V=63 | body:5!
    ai.onnx LpNormalization 1 | .T=0 | .T=0 | axis:2 p:2
    ai.onnx LpNormalization 22 | .T=3 | .T=3 | axis:2 p:2
    ai.onnx LpPool 1 | .T=0 | .T=0 | auto_pad:3 kernel_shape:7 p:1 pads:7 strides:7
    ai.onnx LpPool 2 | .T=0 | .T=0 | auto_pad:3 kernel_shape:7! p:2 pads:7 strides:7
    ai.onnx LpPool 11 | .T=0 | .T=0 | auto_pad:3 kernel_shape:7! p:2 pads:7 strides:7
    ai.onnx LpPool 18 | .T=0 | .T=0 | auto_pad:3 ceil_mode:2 dilations:7 kernel_shape:7! p:2 pads:7 strides:7
    ai.onnx LpPool 22 | .T=3 | .T=3 | auto_pad:3 ceil_mode:2 dilations:7 kernel_shape:7! p:2 pads:7 strides:7
    ai.onnx MatMul 1 | .T=0 .T=0 | .T=0 |
    ai.onnx MatMul 9 | .T=4 .T=4 | .T=4 |
    ai.onnx MatMul 13 | .T=5 .T=5 | .T=5 |
    ai.onnx MatMulInteger 10 | .T1=37 .T2=37 ?T1=37 ?T2=37 | .T3=38 |
    ai.onnx Max 1 | *1T=0 | .T=0 | consumed_inputs:7
    ai.onnx Max 6 | *1T=0 | .T=0 |
    ai.onnx Max 8 | *1T=0 | .T=0 |
    ai.onnx Max 12 | *1T=1 | .T=1 |
    ai.onnx Max 13 | *1T=2 | .T=2 |
    ai.onnx MaxPool 1 | .T=0 | .T=0 | auto_pad:3 kernel_shape:7! pads:7 strides:7
    ai.onnx MaxPool 8 | .T=0 | .T=0 ?I=6 | auto_pad:3 kernel_shape:7! pads:7 storage_order:2 strides:7
    ai.onnx MaxPool 10 | .T=0 | .T=0 ?I=6 | auto_pad:3 ceil_mode:2 dilations:7 kernel_shape:7! pads:7
     storage_order:2 strides:7
    ai.onnx MaxPool 11 | .T=0 | .T=0 ?I=6 | auto_pad:3 ceil_mode:2 dilations:7 kernel_shape:7! pads:7
     storage_order:2 strides:7
    ai.onnx MaxPool 12 | .T=66 | .T=66 ?I=6 | auto_pad:3 ceil_mode:2 dilations:7 kernel_shape:7! pads:7
     storage_order:2 strides:7
    ai.onnx MaxPool 22 | .T=67 | .T=67 ?I=6 | auto_pad:3 ceil_mode:2 dilations:7 kernel_shape:7! pads:7
     storage_order:2 strides:7
    ai.onnx MaxRoiPool 1 | .T=0 .T=0 | .T=0 | pooled_shape:7! spatial_scale:1
    ai.onnx MaxRoiPool 22 | .T=3 .T=3 | .T=3 | pooled_shape:7! spatial_scale:1
    ai.onnx MaxUnpool 9 | .T1=0 .T2=6 ?T2=6 | .T1=0 | kernel_shape:7! pads:7 strides:7
    ai.onnx MaxUnpool 11 | .T1=0 .T2=6 ?T2=6 | .T1=0 | kernel_shape:7! pads:7 strides:7
    ai.onnx MaxUnpool 22 | .T1=3 .T2=6 ?T2=6 | .T1=3 | kernel_shape:7! pads:7 strides:7
    ai.onnx Mean 1 | *1T=0 | .T=0 | consumed_inputs:7
    ai.onnx Mean 6 | *1T=0 | .T=0 |
    ai.onnx Mean 8 | *1T=0 | .T=0 |
    ai.onnx Mean 13 | *1T=3 | .T=3 |
    ai.onnx MeanVarianceNormalization 9 | .T=0 | .T=0 | axes:7
    ai.onnx MeanVarianceNormalization 13 | .T=3 | .T=3 | axes:7
    ai.onnx MelWeightMatrix 17 | .T1=12 .T1=12 .T1=12 .T2=3 .T2=3 | .T3=2 | output_datatype:2
    ai.onnx Min 1 | *1T=0 | .T=0 | consumed_inputs:7
    ai.onnx Min 6 | *1T=0 | .T=0 |
    ai.onnx Min 8 | *1T=0 | .T=0 |
    ai.onnx Min 12 | *1T=1 | .T=1 |
    ai.onnx Min 13 | *1T=2 | .T=2 |
    ai.onnx Mish 18 | .T=0 | .T=0 |
    ai.onnx Mish 22 | .T=3 | .T=3 |
    ai.onnx Mod 10 | .T=1 .T=1 | .T=1 | fmod:2
    ai.onnx Mod 13 | .T=2 .T=2 | .T=2 | fmod:2
    ai.onnx Mod 28 | .T=2 .T=2 | .T=2 | fmod:2
    ai.onnx Mul 1 | .T=0 .T=0 | .T=0 | axis:2 broadcast:2 consumed_inputs:7
    ai.onnx Mul 6 | .T=4 .T=4 | .T=4 | axis:2 broadcast:2
    ai.onnx Mul 7 | .T=4 .T=4 | .T=4 |
    ai.onnx Mul 13 | .T=5 .T=5 | .T=5 |
    ai.onnx Mul 14 | .T=2 .T=2 | .T=2 |
    ai.onnx Multinomial 7 | .T1=0 | .T2=12 | dtype:2 sample_size:2 seed:1
    ai.onnx Multinomial 22 | .T1=3 | .T2=12 | dtype:2 sample_size:2 seed:1
    ai.onnx Neg 1 | .T=0 | .T=0 | consumed_inputs:7
    ai.onnx Neg 6 | .T=68 | .T=68 |
    ai.onnx Neg 13 | .T=69 | .T=69 |
    ai.onnx NegativeLogLikelihoodLoss 12 | .T=0 .Tind=12 ?T=0 | .T=0 | ignore_index:2 reduction:3
    ai.onnx NegativeLogLikelihoodLoss 13 | .T=0 .Tind=12 ?T=0 | .T=0 | ignore_index:2 reduction:3
    ai.onnx NegativeLogLikelihoodLoss 22 | .T=3 .Tind=12 ?T=3 | .T=3 | ignore_index:2 reduction:3
    ai.onnx NonMaxSuppression 10 | .=23 .=23 ?=6 ?=23 ?=23 | .=6 | center_point_box:2
    ai.onnx NonMaxSuppression 11 | .=23 .=23 ?=6 ?=23 ?=23 | .=6 | center_point_box:2
    ai.onnx NonZero 9 | .T=25 | .=6 |
    ai.onnx NonZero 13 | .T=24 | .=6 |
    ai.onnx Not 1 | .T=7 | .T=7 |
    ai.onnx OneHot 9 | .T1=1 .T2=1 .T3=25 | .T3=25 | axis:2
    ai.onnx OneHot 11 | .T1=1 .T2=1 .T3=25 | .T3=25 | axis:2
    ai.onnx OneHot 28 | .T1=1 .T2=1 .T3=24 | .T3=24 | axis:2
    ai.onnx Optional 15 | ?V=57 | .O=70 | type:13
    ai.onnx Optional 28 | ?V=71 | .O=72 | type:13
    ai.onnx OptionalGetElement 15 | .O=70 | .V=57 |
    ai.onnx OptionalGetElement 18 | .O=73 | .V=57 |
    ai.onnx OptionalGetElement 28 | .O=74 | .V=71 |
    ai.onnx OptionalHasElement 15 | .O=70 | .B=7 |
    ai.onnx OptionalHasElement 18 | ?O=73 | .B=7 |
    ai.onnx OptionalHasElement 28 | ?O=74 | .B=7 |
    ai.onnx Or 1 | .T=7 .T=7 | .T1=7 | axis:2 broadcast:2
    ai.onnx Or 7 | .T=7 .T=7 | .T1=7 |
    ai.onnx PRelu 1 | .T=0 .T=0 | .T=0 | consumed_inputs:7
    ai.onnx PRelu 6 | .T=0 .T=0 | .T=0 |
    ai.onnx PRelu 7 | .T=0 .T=0 | .T=0 |
    ai.onnx PRelu 9 | .T=4 .T=4 | .T=4 |
    ai.onnx PRelu 16 | .T=5 .T=5 | .T=5 |
    ai.onnx Pad 1 | .T=0 | .T=0 | mode:3 paddings:7! value:1
    ai.onnx Pad 2 | .T=0 | .T=0 | mode:3 pads:7! value:1
    ai.onnx Pad 11 | .T=1 .=6 ?T=1 | .T=1 | mode:3
    ai.onnx Pad 13 | .T=24 .=6 ?T=24 | .T=24 | mode:3
    ai.onnx Pad 18 | .T=24 .=6 ?T=24 ?Tind=12 | .T=24 | mode:3
    ai.onnx Pad 19 | .T=24 .=6 ?T=24 ?Tind=12 | .T=24 | mode:3
    ai.onnx Pad 21 | .T=28 .=6 ?T=28 ?Tind=12 | .T=28 | mode:3
    ai.onnx Pad 23 | .T=29 .=6 ?T=29 ?Tind=12 | .T=29 | mode:3
    ai.onnx Pad 24 | .T=30 .=6 ?T=30 ?Tind=12 | .T=30 | mode:3
    ai.onnx Pad 25 | .T=31 .=6 ?T=31 ?Tind=12 | .T=31 | mode:3
    ai.onnx Pow 1 | .T=0 .T=0 | .T=0 | axis:2 broadcast:2
    ai.onnx Pow 7 | .T=0 .T=0 | .T=0 |
    ai.onnx Pow 12 | .T=75 .T1=1 | .T=75 |
    ai.onnx Pow 13 | .T=76 .T1=1 | .T=76 |
    ai.onnx Pow 15 | .T=76 .T1=2 | .T=76 |
    ai.onnx QLinearConv 10 | .T1=37 .=23 .T1=37 .T2=37 .=23 .T2=37 .=23 .T3=37 ?T4=38 | .T3=37 | auto_pad:3
     dilations:7 group:2 kernel_shape:7 pads:7 strides:7
    ai.onnx QLinearMatMul 10 | .T1=37 .=23 .T1=37 .T2=37 .=23 .T2=37 .=23 .T3=37 | .T3=37 |
    ai.onnx QLinearMatMul 21 | .T1=77 .TS=22 .T1=77 .T2=77 .TS=22 .T2=77 .TS=22 .T3=77 | .T3=77 |
    ai.onnx QuantizeLinear 10 | .T1=78 .=23 ?T2=37 | .T2=37 |
    ai.onnx QuantizeLinear 13 | .T1=78 .=23 ?T2=37 | .T2=37 | axis:2
    ai.onnx QuantizeLinear 19 | .T1=79 .T1=79 ?T2=77 | .T2=77 | axis:2 saturate:2
    ai.onnx QuantizeLinear 21 | .T1=79 .T1=79 ?T2=80 | .T2=80 | axis:2 block_size:2 output_dtype:2 saturate:2
    ai.onnx QuantizeLinear 23 | .T1=79 .T2=79 ?T3=81 | .T3=81 | axis:2 block_size:2 output_dtype:2 precision:2
     saturate:2
    ai.onnx QuantizeLinear 24 | .T1=79 .T2=82 ?T3=81 | .T3=81 | axis:2 block_size:2 output_dtype:2 precision:2
     saturate:2
    ai.onnx QuantizeLinear 25 | .T1=79 .T2=82 ?T3=83 | .T3=83 | axis:2 block_size:2 output_dtype:2 precision:2
     saturate:2
    ai.onnx QuantizeLinear 28 | .T1=79 .T2=82 ?T3=84 | .T3=84 | axis:2 block_size:2 output_dtype:2 precision:2
     saturate:2
    ai.onnx RMSNormalization 23 | .T=3 .V=3 | .V=3 | axis:2 epsilon:1 stash_type:2
    ai.onnx RNN 1 | .T=0 .T=0 .T=0 ?T=0 ?T1=38 ?T=0 | ?T=0 ?T=0 | activation_alpha:6 activation_beta:6
     activations:8 clip:1 direction:3 hidden_size:2 output_sequence:2
    ai.onnx RNN 7 | .T=0 .T=0 .T=0 ?T=0 ?T1=38 ?T=0 | ?T=0 ?T=0 | activation_alpha:6 activation_beta:6
     activations:8 clip:1 direction:3 hidden_size:2
    ai.onnx RNN 14 | .T=0 .T=0 .T=0 ?T=0 ?T1=38 ?T=0 | ?T=0 ?T=0 | activation_alpha:6 activation_beta:6
     activations:8 clip:1 direction:3 hidden_size:2 layout:2
    ai.onnx RNN 22 | .T=3 .T=3 .T=3 ?T=3 ?T1=38 ?T=3 | ?T=3 ?T=3 | activation_alpha:6 activation_beta:6
     activations:8 clip:1 direction:3 hidden_size:2 layout:2
    ai.onnx RandomNormal 1 | | .T=0 | dtype:2 mean:1 scale:1 seed:1 shape:7!
    ai.onnx RandomNormal 22 | | .T=3 | dtype:2 mean:1 scale:1 seed:1 shape:7!
    ai.onnx RandomNormalLike 1 | .T1=25 | .T2=0 | dtype:2 mean:1 scale:1 seed:1
    ai.onnx RandomNormalLike 22 | .T1=24 | .T2=3 | dtype:2 mean:1 scale:1 seed:1
    ai.onnx RandomUniform 1 | | .T=0 | dtype:2 high:1 low:1 seed:1 shape:7!
    ai.onnx RandomUniform 22 | | .T=3 | dtype:2 high:1 low:1 seed:1 shape:7!
    ai.onnx RandomUniformLike 1 | .T1=25 | .T2=0 | dtype:2 high:1 low:1 seed:1
    ai.onnx RandomUniformLike 22 | .T1=24 | .T2=3 | dtype:2 high:1 low:1 seed:1
    ai.onnx Range 11 | .T=85 .T=85 .T=85 | .T=85 |
    ai.onnx Range 27 | .T=86 .T=86 .T=86 | .T=86 | stash_type:2
    ai.onnx Reciprocal 1 | .T=0 | .T=0 | consumed_inputs:7
    ai.onnx Reciprocal 6 | .T=0 | .T=0 |
    ai.onnx Reciprocal 13 | .T=3 | .T=3 |
    ai.onnx ReduceL1 1 | .T=4 | .T=4 | axes:7 keepdims:2
    ai.onnx ReduceL1 11 | .T=4 | .T=4 | axes:7 keepdims:2
    ai.onnx ReduceL1 13 | .T=5 | .T=5 | axes:7 keepdims:2
    ai.onnx ReduceL1 18 | .T=5 ?=6 | .T=5 | keepdims:2 noop_with_empty_axes:2
    ai.onnx ReduceL2 1 | .T=4 | .T=4 | axes:7 keepdims:2
    ai.onnx ReduceL2 11 | .T=4 | .T=4 | axes:7 keepdims:2
    ai.onnx ReduceL2 13 | .T=5 | .T=5 | axes:7 keepdims:2
    ai.onnx ReduceL2 18 | .T=5 ?=6 | .T=5 | keepdims:2 noop_with_empty_axes:2
    ai.onnx ReduceLogSum 1 | .T=4 | .T=4 | axes:7 keepdims:2
    ai.onnx ReduceLogSum 11 | .T=4 | .T=4 | axes:7 keepdims:2
    ai.onnx ReduceLogSum 13 | .T=5 | .T=5 | axes:7 keepdims:2
    ai.onnx ReduceLogSum 18 | .T=5 ?=6 | .T=5 | keepdims:2 noop_with_empty_axes:2
    ai.onnx ReduceLogSum 28 | .T=3 ?=6 | .T=3 | keepdims:2 noop_with_empty_axes:2
    ai.onnx ReduceLogSumExp 1 | .T=4 | .T=4 | axes:7 keepdims:2
    ai.onnx ReduceLogSumExp 11 | .T=4 | .T=4 | axes:7 keepdims:2
    ai.onnx ReduceLogSumExp 13 | .T=5 | .T=5 | axes:7 keepdims:2
    ai.onnx ReduceLogSumExp 18 | .T=5 ?=6 | .T=5 | keepdims:2 noop_with_empty_axes:2
    ai.onnx ReduceLogSumExp 28 | .T=3 ?=6 | .T=3 | keepdims:2 noop_with_empty_axes:2
    ai.onnx ReduceMax 1 | .T=4 | .T=4 | axes:7 keepdims:2
    ai.onnx ReduceMax 11 | .T=4 | .T=4 | axes:7 keepdims:2
    ai.onnx ReduceMax 12 | .T=87 | .T=87 | axes:7 keepdims:2
    ai.onnx ReduceMax 13 | .T=88 | .T=88 | axes:7 keepdims:2
    ai.onnx ReduceMax 18 | .T=88 ?=6 | .T=88 | keepdims:2 noop_with_empty_axes:2
    ai.onnx ReduceMax 20 | .T=89 ?=6 | .T=89 | keepdims:2 noop_with_empty_axes:2
    ai.onnx ReduceMean 1 | .T=4 | .T=4 | axes:7 keepdims:2
    ai.onnx ReduceMean 11 | .T=4 | .T=4 | axes:7 keepdims:2
    ai.onnx ReduceMean 13 | .T=5 | .T=5 | axes:7 keepdims:2
    ai.onnx ReduceMean 18 | .T=5 ?=6 | .T=5 | keepdims:2 noop_with_empty_axes:2
    ai.onnx ReduceMin 1 | .T=4 | .T=4 | axes:7 keepdims:2
    ai.onnx ReduceMin 11 | .T=4 | .T=4 | axes:7 keepdims:2
    ai.onnx ReduceMin 12 | .T=87 | .T=87 | axes:7 keepdims:2
    ai.onnx ReduceMin 13 | .T=88 | .T=88 | axes:7 keepdims:2
    ai.onnx ReduceMin 18 | .T=88 ?=6 | .T=88 | keepdims:2 noop_with_empty_axes:2
    ai.onnx ReduceMin 20 | .T=89 ?=6 | .T=89 | keepdims:2 noop_with_empty_axes:2
    ai.onnx ReduceProd 1 | .T=4 | .T=4 | axes:7 keepdims:2
    ai.onnx ReduceProd 11 | .T=4 | .T=4 | axes:7 keepdims:2
    ai.onnx ReduceProd 13 | .T=5 | .T=5 | axes:7 keepdims:2
    ai.onnx ReduceProd 18 | .T=5 ?=6 | .T=5 | keepdims:2 noop_with_empty_axes:2
    ai.onnx ReduceSum 1 | .T=4 | .T=4 | axes:7 keepdims:2
    ai.onnx ReduceSum 11 | .T=4 | .T=4 | axes:7 keepdims:2
    ai.onnx ReduceSum 13 | .T=5 ?=6 | .T=5 | keepdims:2 noop_with_empty_axes:2
    ai.onnx ReduceSumSquare 1 | .T=4 | .T=4 | axes:7 keepdims:2
    ai.onnx ReduceSumSquare 11 | .T=4 | .T=4 | axes:7 keepdims:2
    ai.onnx ReduceSumSquare 13 | .T=5 | .T=5 | axes:7 keepdims:2
    ai.onnx ReduceSumSquare 18 | .T=5 ?=6 | .T=5 | keepdims:2 noop_with_empty_axes:2
    ai.onnx RegexFullMatch 20 | .T1=90 | .T2=7 | pattern:3
    ai.onnx Relu 1 | .T=0 | .T=0 | consumed_inputs:7
    ai.onnx Relu 6 | .T=0 | .T=0 |
    ai.onnx Relu 13 | .T=3 | .T=3 |
    ai.onnx Relu 14 | .T=69 | .T=69 |
    ai.onnx Reshape 1 | .T=0 | .T=0 | consumed_inputs:7 shape:7
    ai.onnx Reshape 5 | .T=25 .=6 | .T=25 |
    ai.onnx Reshape 13 | .T=24 .=6 | .T=24 |
    ai.onnx Reshape 14 | .T=24 .=6 | .T=24 | allowzero:2
    ai.onnx Reshape 19 | .T=27 .=6 | .T=27 | allowzero:2
    ai.onnx Reshape 21 | .T=28 .=6 | .T=28 | allowzero:2
    ai.onnx Reshape 23 | .T=29 .=6 | .T=29 | allowzero:2
    ai.onnx Reshape 24 | .T=30 .=6 | .T=30 | allowzero:2
    ai.onnx Reshape 25 | .T=31 .=6 | .T=31 | allowzero:2
    ai.onnx Resize 10 | .T=25 .=23 | .T=25 | mode:3
    ai.onnx Resize 11 | .T1=25 .T2=0 .=23 ?=6 | .T1=25 | coordinate_transformation_mode:3 cubic_coeff_a:1
     exclude_outside:2 extrapolation_value:1 mode:3 nearest_mode:3
    ai.onnx Resize 13 | .T1=24 ?T2=0 ?=23 ?=6 | .T1=24 | coordinate_transformation_mode:3 cubic_coeff_a:1
     exclude_outside:2 extrapolation_value:1 mode:3 nearest_mode:3
    ai.onnx Resize 18 | .T1=24 ?T2=0 ?=23 ?=6 | .T1=24 | antialias:2 axes:7 coordinate_transformation_mode:3
     cubic_coeff_a:1 exclude_outside:2 extrapolation_value:1 keep_aspect_ratio_policy:3 mode:3 nearest_mode:3
    ai.onnx Resize 19 | .T1=24 ?T2=0 ?=23 ?=6 | .T1=24 | antialias:2 axes:7 coordinate_transformation_mode:3
     cubic_coeff_a:1 exclude_outside:2 extrapolation_value:1 keep_aspect_ratio_policy:3 mode:3 nearest_mode:3
    ai.onnx ReverseSequence 10 | .T=25 .=6 | .T=25 | batch_axis:2 time_axis:2
    ai.onnx ReverseSequence 28 | .T=24 .=6 | .T=24 | batch_axis:2 time_axis:2
    ai.onnx RoiAlign 10 | .T1=0 .T1=0 .T2=6 | .T1=0 | mode:3 output_height:2 output_width:2 sampling_ratio:2
     spatial_scale:1
    ai.onnx RoiAlign 16 | .T1=0 .T1=0 .T2=6 | .T1=0 | coordinate_transformation_mode:3 mode:3 output_height:2
     output_width:2 sampling_ratio:2 spatial_scale:1
    ai.onnx RoiAlign 22 | .T1=3 .T1=3 .T2=6 | .T1=3 | coordinate_transformation_mode:3 mode:3 output_height:2
     output_width:2 sampling_ratio:2 spatial_scale:1
    ai.onnx RotaryEmbedding 23 | .T=22 .T=22 .T=22 ?M=6 | .T=22 | interleaved:2 num_heads:2
     rotary_embedding_dim:2
    ai.onnx Round 11 | .T=0 | .T=0 |
    ai.onnx Round 22 | .T=3 | .T=3 |
    ai.onnx STFT 17 | .T1=3 .T2=12 ?T1=3 ?T2=12 | .T1=3 | onesided:2
    ai.onnx Scan 8 | ?I=6 +1V=25 | +1V=25 | body:5! directions:7 num_scan_inputs:2!
    ai.onnx Scan 9 | +1V=25 | +1V=25 | body:5! num_scan_inputs:2! scan_input_axes:7 scan_input_directions:7
     scan_output_axes:7 scan_output_directions:7
    ai.onnx Scan 11 | +1V=25 | +1V=25 | body:5! num_scan_inputs:2! scan_input_axes:7 scan_input_directions:7
     scan_output_axes:7 scan_output_directions:7
    ai.onnx Scan 16 | +1V=24 | +1V=24 | body:5! num_scan_inputs:2! scan_input_axes:7 scan_input_directions:7
     scan_output_axes:7 scan_output_directions:7
    ai.onnx Scan 19 | +1V=27 | +1V=27 | body:5! num_scan_inputs:2! scan_input_axes:7 scan_input_directions:7
     scan_output_axes:7 scan_output_directions:7
    ai.onnx Scan 21 | +1V=28 | +1V=28 | body:5! num_scan_inputs:2! scan_input_axes:7 scan_input_directions:7
     scan_output_axes:7 scan_output_directions:7
    ai.onnx Scan 23 | +1V=29 | +1V=29 | body:5! num_scan_inputs:2! scan_input_axes:7 scan_input_directions:7
     scan_output_axes:7 scan_output_directions:7
    ai.onnx Scan 24 | +1V=30 | +1V=30 | body:5! num_scan_inputs:2! scan_input_axes:7 scan_input_directions:7
     scan_output_axes:7 scan_output_directions:7
    ai.onnx Scan 25 | +1V=31 | +1V=31 | body:5! num_scan_inputs:2! scan_input_axes:7 scan_input_directions:7
     scan_output_axes:7 scan_output_directions:7
    ai.onnx Scatter 9 | .T=25 .Tind=12 .T=25 | .T=25 | axis:2
    ai.onnx Scatter 11 deprecated |
    ai.onnx ScatterElements 11 | .T=25 .Tind=12 .T=25 | .T=25 | axis:2
    ai.onnx ScatterElements 13 | .T=24 .Tind=12 .T=24 | .T=24 | axis:2
    ai.onnx ScatterElements 16 | .T=24 .Tind=12 .T=24 | .T=24 | axis:2 reduction:3
    ai.onnx ScatterElements 18 | .T=24 .Tind=12 .T=24 | .T=24 | axis:2 reduction:3
    ai.onnx ScatterND 11 | .T=25 .=6 .T=25 | .T=25 |
    ai.onnx ScatterND 13 | .T=24 .=6 .T=24 | .T=24 |
    ai.onnx ScatterND 16 | .T=24 .=6 .T=24 | .T=24 | reduction:3
    ai.onnx ScatterND 18 | .T=24 .=6 .T=24 | .T=24 | reduction:3
    ai.onnx Selu 1 | .T=0 | .T=0 | alpha:1 consumed_inputs:7 gamma:1
    ai.onnx Selu 6 | .T=0 | .T=0 | alpha:1 gamma:1
    ai.onnx Selu 22 | .T=3 | .T=3 | alpha:1 gamma:1
    ai.onnx SequenceAt 11 | .S=26 .I=12 | .T=25 |
    ai.onnx SequenceConstruct 11 | *1T=25 | .S=26 |
    ai.onnx SequenceEmpty 11 | | .S=26 | dtype:2
    ai.onnx SequenceErase 11 | .S=26 ?I=12 | .S=26 |
    ai.onnx SequenceInsert 11 | .S=26 .T=25 ?I=12 | .S=26 |
    ai.onnx SequenceLength 11 | .S=26 | .I=6 |
    ai.onnx SequenceMap 17 | .S=26 +0V=57 | +1S=26 | body:5!
    ai.onnx Shape 1 | .T=25 | .T1=6 |
    ai.onnx Shape 13 | .T=24 | .T1=6 |
    ai.onnx Shape 15 | .T=24 | .T1=6 | end:2 start:2
    ai.onnx Shape 19 | .T=27 | .T1=6 | end:2 start:2
    ai.onnx Shape 21 | .T=28 | .T1=6 | end:2 start:2
    ai.onnx Shape 23 | .T=29 | .T1=6 | end:2 start:2
    ai.onnx Shape 24 | .T=30 | .T1=6 | end:2 start:2
    ai.onnx Shape 25 | .T=31 | .T1=6 | end:2 start:2
    ai.onnx Shrink 9 | .T=1 | .T=1 | bias:1 lambd:1
    ai.onnx Sigmoid 1 | .T=0 | .T=0 | consumed_inputs:7
    ai.onnx Sigmoid 6 | .T=0 | .T=0 |
    ai.onnx Sigmoid 13 | .T=3 | .T=3 |
    ai.onnx Sign 9 | .T=1 | .T=1 |
    ai.onnx Sign 13 | .T=2 | .T=2 |
    ai.onnx Sin 7 | .T=0 | .T=0 |
    ai.onnx Sin 22 | .T=3 | .T=3 |
    ai.onnx Sinh 9 | .T=0 | .T=0 |
    ai.onnx Sinh 22 | .T=3 | .T=3 |
    ai.onnx Size 1 | .T=25 | .T1=6 |
    ai.onnx Size 13 | .T=24 | .T1=6 |
    ai.onnx Size 19 | .T=27 | .T1=6 |
    ai.onnx Size 21 | .T=28 | .T1=6 |
    ai.onnx Size 23 | .T=29 | .T1=6 |
    ai.onnx Size 24 | .T=30 | .T1=6 |
    ai.onnx Size 25 | .T=31 | .T1=6 |
    ai.onnx Slice 1 | .T=25 | .T=25 | axes:7 ends:7! starts:7!
    ai.onnx Slice 10 | .T=25 .Tind=12 .Tind=12 ?Tind=12 ?Tind=12 | .T=25 |
    ai.onnx Slice 11 | .T=25 .Tind=12 .Tind=12 ?Tind=12 ?Tind=12 | .T=25 |
    ai.onnx Slice 13 | .T=24 .Tind=12 .Tind=12 ?Tind=12 ?Tind=12 | .T=24 |
    ai.onnx Softmax 1 | .T=0 | .T=0 | axis:2
    ai.onnx Softmax 11 | .T=0 | .T=0 | axis:2
    ai.onnx Softmax 13 | .T=3 | .T=3 | axis:2
    ai.onnx SoftmaxCrossEntropyLoss 12 | .T=0 .Tind=12 ?T=0 | .T=0 ?T=0 | ignore_index:2 reduction:3
    ai.onnx SoftmaxCrossEntropyLoss 13 | .T=3 .Tind=12 ?T=3 | .T=3 ?T=3 | ignore_index:2 reduction:3
    ai.onnx Softplus 1 | .T=0 | .T=0 |
    ai.onnx Softplus 22 | .T=3 | .T=3 |
    ai.onnx Softsign 1 | .T=0 | .T=0 |
    ai.onnx Softsign 22 | .T=3 | .T=3 |
    ai.onnx SpaceToDepth 1 | .T=25 | .T=25 | blocksize:2!
    ai.onnx SpaceToDepth 13 | .T=24 | .T=24 | blocksize:2!
    ai.onnx SpaceToDepth 28 | .T=24 | .T=24 | blocksize:2! mode:3
    ai.onnx Split 1 | .T=0 ?T=0 | *1T=0 | axis:2 split:7
    ai.onnx Split 2 | .T=25 | *1T=25 | axis:2 split:7
    ai.onnx Split 11 | .T=25 | *1T=25 | axis:2 split:7
    ai.onnx Split 13 | .T=24 ?=6 | *1T=24 | axis:2
    ai.onnx Split 18 | .T=24 ?=6 | *1T=24 | axis:2 num_outputs:2
    ai.onnx SplitToSequence 11 | .T=25 ?I=12 | .S=26 | axis:2 keepdims:2
    ai.onnx SplitToSequence 24 | .T=24 ?I=12 | .S=91 | axis:2 keepdims:2
    ai.onnx Sqrt 1 | .T=0 | .T=0 | consumed_inputs:7
    ai.onnx Sqrt 6 | .T=0 | .T=0 |
    ai.onnx Sqrt 13 | .T=3 | .T=3 |
    ai.onnx Squeeze 1 | .T=25 | .T=25 | axes:7
    ai.onnx Squeeze 11 | .T=25 | .T=25 | axes:7
    ai.onnx Squeeze 13 | .T=24 ?=6 | .T=24 |
    ai.onnx Squeeze 21 | .T=28 ?=6 | .T=28 |
    ai.onnx Squeeze 23 | .T=29 ?=6 | .T=29 |
    ai.onnx Squeeze 24 | .T=30 ?=6 | .T=30 |
    ai.onnx Squeeze 25 | .T=31 ?=6 | .T=31 |
    ai.onnx StringConcat 20 | .T=90 .T=90 | .T=90 |
    ai.onnx StringNormalizer 10 | .=90 | .=90 | case_change_action:3 is_case_sensitive:2 locale:3 stopwords:8
    ai.onnx StringSplit 20 | .T1=90 | .T2=90 .T3=6 | delimiter:3 maxsplit:2
    ai.onnx Sub 1 | .T=0 .T=0 | .T=0 | axis:2 broadcast:2 consumed_inputs:7
    ai.onnx Sub 6 | .T=4 .T=4 | .T=4 | axis:2 broadcast:2
    ai.onnx Sub 7 | .T=4 .T=4 | .T=4 |
    ai.onnx Sub 13 | .T=5 .T=5 | .T=5 |
    ai.onnx Sub 14 | .T=2 .T=2 | .T=2 |
    ai.onnx Sum 1 | *1T=0 | .T=0 | consumed_inputs:7
    ai.onnx Sum 6 | *1T=0 | .T=0 |
    ai.onnx Sum 8 | *1T=0 | .T=0 |
    ai.onnx Sum 13 | *1T=3 | .T=3 |
    ai.onnx SwiGLU 28 | .T=3 .T=3 | .T=3 | alpha:1
    ai.onnx Swish 24 | .T=3 | .T=3 | alpha:1
    ai.onnx Tan 7 | .T=0 | .T=0 |
    ai.onnx Tan 22 | .T=3 | .T=3 |
    ai.onnx Tanh 1 | .T=0 | .T=0 | consumed_inputs:7
    ai.onnx Tanh 6 | .T=0 | .T=0 |
    ai.onnx Tanh 13 | .T=3 | .T=3 |
    ai.onnx TensorScatter 24 | .T=30 .T=30 ?=6 | .T=30 | axis:2 mode:3
    ai.onnx TfIdfVectorizer 9 | .T=92 | .T1=23 | max_gram_length:2! max_skip_count:2! min_gram_length:2! mode:3!
     ngram_counts:7! ngram_indexes:7! pool_int64s:7 pool_strings:8 weights:6
    ai.onnx ThresholdedRelu 10 | .T=0 | .T=0 | alpha:1
    ai.onnx ThresholdedRelu 22 | .T=3 | .T=3 | alpha:1
    ai.onnx Tile 1 | .T=0 .T=0 .T=0 | .T=0 |
    ai.onnx Tile 6 | .T=25 .T1=6 | .T=25 |
    ai.onnx Tile 13 | .T=24 .T1=6 | .T=24 |
    ai.onnx TopK 1 | .T=0 | .T=0 .I=6 | axis:2 k:2!
    ai.onnx TopK 10 | .T=0 .=6 | .T=0 .I=6 | axis:2
    ai.onnx TopK 11 | .T=1 .=6 | .T=1 .I=6 | axis:2 largest:2 sorted:2
    ai.onnx TopK 24 | .T=2 .=6 | .T=2 .I=6 | axis:2 largest:2 sorted:2
    ai.onnx Transpose 1 | .T=25 | .T=25 | perm:7
    ai.onnx Transpose 13 | .T=24 | .T=24 | perm:7
    ai.onnx Transpose 21 | .T=28 | .T=28 | perm:7
    ai.onnx Transpose 23 | .T=29 | .T=29 | perm:7
    ai.onnx Transpose 24 | .T=30 | .T=30 | perm:7
    ai.onnx Transpose 25 | .T=31 | .T=31 | perm:7
    ai.onnx Trilu 14 | .T=24 ?=6 | .T=24 | upper:2
    ai.onnx Unique 11 | .T=25 | .T=25 ?=6 ?=6 ?=6 | axis:2 sorted:2
    ai.onnx Unique 28 | .T=24 | .T=24 ?=6 ?=6 ?=6 | axis:2 sorted:2
    ai.onnx Unsqueeze 1 | .T=25 | .T=25 | axes:7!
    ai.onnx Unsqueeze 11 | .T=25 | .T=25 | axes:7!
    ai.onnx Unsqueeze 13 | .T=24 .=6 | .T=24 |
    ai.onnx Unsqueeze 21 | .T=28 .=6 | .T=28 |
    ai.onnx Unsqueeze 23 | .T=29 .=6 | .T=29 |
    ai.onnx Unsqueeze 24 | .T=30 .=6 | .T=30 |
    ai.onnx Unsqueeze 25 | .T=31 .=6 | .T=31 |
    ai.onnx Upsample 1 | .T=93 | .T=93 | height_scale:1! mode:3 width_scale:1!
    ai.onnx Upsample 7 | .T=25 | .T=25 | mode:3 scales:6!
    ai.onnx Upsample 9 | .T=25 .=23 | .T=25 | mode:3
    ai.onnx Upsample 10 deprecated |
    ai.onnx Where 9 | .B=7 .T=25 .T=25 | .T=25 |
    ai.onnx Where 16 | .B=7 .T=24 .T=24 | .T=24 |
    ai.onnx Xor 1 | .T=7 .T=7 | .T1=7 | axis:2 broadcast:2
    ai.onnx Xor 7 | .T=7 .T=7 | .T1=7 |
    ai.onnx.ml ArrayFeatureExtractor 1 | .T=94 .=6 | .T=94 |
    ai.onnx.ml Binarizer 1 | .T=95 | .T=95 | threshold:1
    ai.onnx.ml CastMap 1 | .T1=96 | .T2=97 | cast_to:3 map_form:3 max_map:2
    ai.onnx.ml CategoryMapper 1 | .T1=98 | .T2=98 | cats_int64s:7 cats_strings:8 default_int64:2
     default_string:3
    ai.onnx.ml DictVectorizer 1 | .T1=99 | .T2=100 | int64_vocabulary:7 string_vocabulary:8
    ai.onnx.ml FeatureVectorizer 1 | *1T1=95 | .=23 | inputdimensions:7
    ai.onnx.ml Imputer 1 | .T=95 | .T=95 | imputed_value_floats:6 imputed_value_int64s:7 replaced_value_float:1
     replaced_value_int64:2
    ai.onnx.ml LabelEncoder 1 | .T1=98 | .T2=98 | classes_strings:8 default_int64:2 default_string:3
    ai.onnx.ml LabelEncoder 2 | .T1=97 | .T2=97 | default_float:1 default_int64:2 default_string:3 keys_floats:6
     keys_int64s:7 keys_strings:8 values_floats:6 values_int64s:7 values_strings:8
    ai.onnx.ml LabelEncoder 4 | .T1=101 | .T2=101 | default_float:1 default_int64:2 default_string:3
     default_tensor:4 keys_floats:6 keys_int64s:7 keys_strings:8 keys_tensor:4 values_floats:6 values_int64s:7
     values_strings:8 values_tensor:4
    ai.onnx.ml LinearClassifier 1 | .T1=95 | .T2=98 .=23 | classlabels_ints:7 classlabels_strings:8
     coefficients:6! intercepts:6 multi_class:2 post_transform:3
    ai.onnx.ml LinearRegressor 1 | .T=95 | .=23 | coefficients:6 intercepts:6 post_transform:3 targets:2
    ai.onnx.ml Normalizer 1 | .T=95 | .=23 | norm:3
    ai.onnx.ml OneHotEncoder 1 | .T=94 | .=23 | cats_int64s:7 cats_strings:8 zeros:2
    ai.onnx.ml SVMClassifier 1 | .T1=95 | .T2=98 .=23 | classlabels_ints:7 classlabels_strings:8 coefficients:6
     kernel_params:6 kernel_type:3 post_transform:3 prob_a:6 prob_b:6 rho:6 support_vectors:6 vectors_per_class:7
    ai.onnx.ml SVMRegressor 1 | .T=95 | .=23 | coefficients:6 kernel_params:6 kernel_type:3 n_supports:2
     one_class:2 post_transform:3 rho:6 support_vectors:6
    ai.onnx.ml Scaler 1 | .T=95 | .=23 | offset:6 scale:6
    ai.onnx.ml TreeEnsemble 5 | .T=0 | .T=0 | aggregate_function:2 leaf_targetids:7! leaf_weights:4!
     membership_values:4 n_targets:2 nodes_falseleafs:7! nodes_falsenodeids:7! nodes_featureids:7!
     nodes_hitrates:4 nodes_missing_value_tracks_true:7 nodes_modes:4! nodes_splits:4! nodes_trueleafs:7!
     nodes_truenodeids:7! post_transform:2 tree_roots:7!
    ai.onnx.ml TreeEnsembleClassifier 1 | .T1=95 | .T2=98 .=23 | base_values:6 class_ids:7 class_nodeids:7
     class_treeids:7 class_weights:6 classlabels_int64s:7 classlabels_strings:8 nodes_falsenodeids:7
     nodes_featureids:7 nodes_hitrates:6 nodes_missing_value_tracks_true:7 nodes_modes:8 nodes_nodeids:7
     nodes_treeids:7 nodes_truenodeids:7 nodes_values:6 post_transform:3
    ai.onnx.ml TreeEnsembleClassifier 3 | .T1=95 | .T2=98 .=23 | base_values:6 base_values_as_tensor:4
     class_ids:7 class_nodeids:7 class_treeids:7 class_weights:6 class_weights_as_tensor:4 classlabels_int64s:7
     classlabels_strings:8 nodes_falsenodeids:7 nodes_featureids:7 nodes_hitrates:6 nodes_hitrates_as_tensor:4
     nodes_missing_value_tracks_true:7 nodes_modes:8 nodes_nodeids:7 nodes_treeids:7 nodes_truenodeids:7
     nodes_values:6 nodes_values_as_tensor:4 post_transform:3
    ai.onnx.ml TreeEnsembleClassifier 5 deprecated |
    ai.onnx.ml TreeEnsembleRegressor 1 | .T=95 | .=23 | aggregate_function:3 base_values:6 n_targets:2
     nodes_falsenodeids:7 nodes_featureids:7 nodes_hitrates:6 nodes_missing_value_tracks_true:7 nodes_modes:8
     nodes_nodeids:7 nodes_treeids:7 nodes_truenodeids:7 nodes_values:6 post_transform:3 target_ids:7
     target_nodeids:7 target_treeids:7 target_weights:6
    ai.onnx.ml TreeEnsembleRegressor 3 | .T=95 | .=23 | aggregate_function:3 base_values:6
     base_values_as_tensor:4 n_targets:2 nodes_falsenodeids:7 nodes_featureids:7 nodes_hitrates:6
     nodes_hitrates_as_tensor:4 nodes_missing_value_tracks_true:7 nodes_modes:8 nodes_nodeids:7 nodes_treeids:7
     nodes_truenodeids:7 nodes_values:6 nodes_values_as_tensor:4 post_transform:3 target_ids:7 target_nodeids:7
     target_treeids:7 target_weights:6 target_weights_as_tensor:4
    ai.onnx.ml TreeEnsembleRegressor 5 deprecated |
    ai.onnx.ml ZipMap 1 | .=23 | .T=102 | classlabels_int64s:7 classlabels_strings:8
    ai.onnx.preview FlexAttention 1 | .T1=3 .T1=3 .T1=3 | .T1=3 | prob_mod:5 scale:1 score_mod:5
     softmax_precision:2
    ai.onnx.preview.training Adagrad 1 | .T1=64 .T2=6 +1T3=64 | +1T3=64 | decay_factor:1 epsilon:1
     norm_coefficient:1
    ai.onnx.preview.training Adam 1 | .T1=64 .T2=6 +1T3=64 | +1T3=64 | alpha:1 beta:1 epsilon:1
     norm_coefficient:1 norm_coefficient_post:1
    ai.onnx.preview.training Gradient 1 | +1T1=25 | +1T2=0 | xs:8! y:3! zs:8
    ai.onnx.preview.training Momentum 1 | .T1=64 .T2=6 +1T3=64 | +1T3=64 | alpha:1! beta:1! mode:3!
     norm_coefficient:1!
    """
}
