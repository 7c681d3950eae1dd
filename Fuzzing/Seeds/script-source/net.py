op_version_set = 1
import __torch__.other
class Net(Module):
  __parameters__ = ["weight", ]
  __buffers__ = ["mean", ]
  weight : Tensor
  mean : Tensor
  training : bool
  size : Final[Tuple[int, int]] = (3, -4)
  __annotations__["0"] = __torch__.other.Layer
  def forward(self: __torch__.net.Net,
    x: Tensor,
    scale: float=1.0000000000000001e-05,
    *,
    flag: Optional[bool]=None) -> Tuple[Tensor, Dict[str, Tensor]]:
    # a remark
    _0 = getattr(self, "0")
    a, b, = torch.split(x, [2, -1], dim=1)
    c, d = a, torch.add(b, -inf, alpha=nan)
    if torch.gt(scale, 0.):
      y : Optional[Tensor] = (_0).forward(c, )
    else:
      if flag:
        pass
      else:
        ops.prim.RaiseException("no \"such\" thing\n\x41\101")
      y = CONSTANTS.c0
    for i in range(torch.len([1, 2])):
      e = annotate(List[int], [])[i]
    while True:
      f = 3
    with no_grad:
      self.state = 9223372036854775807
    return (y, {"a": d, "b": x, })
def free(x: Tensor) -> Tensor:
  return torch.relu(x)
