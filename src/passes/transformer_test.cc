// The passes that transformers need, on text before and after.
#include "passes/activate_before_moving.h"
#include "passes/convolve_before_resize.h"
#include "passes/fuse_attention.h"
#include "passes/fuse_gelu.h"
#include "passes/fuse_layer_norm.h"
#include "passes/merge_pointwise_convolutions.h"
#include "passes/products_as_convolutions.h"
#include "passes/test_rewrite.h"
#include "reference/evaluate.h"

namespace diolkos::passes {
namespace {

constexpr const char* kSpeltOutLayerNorm = R"(
  input %x: float32[1,5,8]
  const %axes: int64[1] = [-1]
  const %two: float32[] = [2.0]
  const %e: float32[] = [0.001]
  const %scale: float32[8] = seeded(1)
  const %bias: float32[8] = seeded(2)
  %mean = ReduceMean(%x, %axes)
  %apart = Sub(%x, %mean)
  %square = Pow(%apart, %two)
  %variance = ReduceMean(%square, %axes)
  %raised = Add(%variance, %e)
  %deviation = Sqrt(%raised)
  %even = Div(%apart, %deviation)
  %scaled = Mul(%even, %scale)
  %y = Add(%scaled, %bias)
)";

TEST(FuseLayerNorm, SpeltOut) {
  expect_rewrite(fuse_layer_norm, std::string(kSpeltOutLayerNorm) + "output %y", R"(
    input %x: float32[1,5,8]
    const %scale: float32[8] = seeded(1)
    const %bias: float32[8] = seeded(2)
    %y = LayerNormalization(%x, %scale, %bias) {axis=-1, epsilon=0.001}
    output %y)");
}

TEST(FuseLayerNorm, LeavesWhatIsReadElsewhere) {
  expect_unchanged(fuse_layer_norm, std::string(kSpeltOutLayerNorm) + "output %y output %apart");
  expect_unchanged(fuse_layer_norm, std::string(kSpeltOutLayerNorm) + "output %y output %variance");
}

TEST(FuseGelu, SpeltOutInAnyOrder) {
  const std::string before = R"(
    input %x: float32[2,3]
    const %root: float32[] = [1.4142135]
    const %one: float32[] = [1.0]
    const %half: float32[] = [0.5]
    %inner = Div(%x, %root)
    %erf = Erf(%inner)
    %gate = Add(%erf, %one)
  )";
  const std::string after = "input %x: float32[2,3]\n %y = Gelu(%x)\n output %y";
  expect_rewrite(fuse_gelu, before + "%twice = Mul(%x, %gate)\n %y = Mul(%twice, %half)\n output %y", after);
  expect_rewrite(fuse_gelu, before + "%small = Mul(%x, %half)\n %y = Mul(%small, %gate)\n output %y", after);
  expect_rewrite(fuse_gelu, before + "%small = Mul(%half, %gate)\n %y = Mul(%x, %small)\n output %y", after);
  expect_unchanged(fuse_gelu, before + "%twice = Mul(%x, %gate)\n %y = Mul(%twice, %half)\n output %y output %erf");
  expect_unchanged(fuse_gelu, before + "%twice = Mul(%x, %gate)\n %y = Add(%twice, %half)\n output %y");
}

TEST(FuseGelu, ByTanh) {
  expect_rewrite(fuse_gelu, R"(
    input %x: float32[2,3]
    const %three: float32[] = [3.0]
    const %cubic: float32[] = [0.044715]
    const %slope: float32[] = [0.7978846]
    const %one: float32[] = [1.0]
    const %half: float32[] = [0.5]
    %cube = Pow(%x, %three)
    %part = Mul(%cube, %cubic)
    %sum = Add(%x, %part)
    %inner = Mul(%sum, %slope)
    %tanh = Tanh(%inner)
    %gate = Add(%tanh, %one)
    %small = Mul(%x, %half)
    %y = Mul(%small, %gate)
    output %y)",
                 "input %x: float32[2,3]\n %y = Gelu(%x) {approximate=\"tanh\"}\n output %y");
}

constexpr const char* kHeads = R"(
  input %q: float32[1,10,32]
  input %k: float32[1,6,32]
  input %v: float32[1,6,32]
  const %of_queries: int64[4] = [1,10,2,16]
  const %of_keys: int64[4] = [1,6,2,16]
  const %whole: int64[3] = [1,10,32]
  const %scale: float32[] = [0.25]
  %q2 = Reshape(%q, %of_queries)
  %q3 = Transpose(%q2) {perm=[0,2,1,3]}
  %k2 = Reshape(%k, %of_keys)
  %k3 = Transpose(%k2) {perm=[0,2,3,1]}
  %v2 = Reshape(%v, %of_keys)
  %v3 = Transpose(%v2) {perm=[0,2,1,3]}
  %products = MatMul(%q3, %k3)
  %scores = Mul(%products, %scale)
  %weights = Softmax(%scores) {axis=-1}
  %means = MatMul(%weights, %v3)
  %turned = Transpose(%means) {perm=[0,2,1,3]}
  %y = Reshape(%turned, %whole)
)";

TEST(FuseAttention, OfThreeTokens) {
  expect_rewrite(fuse_attention, std::string(kHeads) + "output %y", R"(
    input %q: float32[1,10,32]
    input %k: float32[1,6,32]
    input %v: float32[1,6,32]
    %y = FusedAttention(%q, %k, %v) {heads=2, scale=0.25}
    output %y)");
  expect_unchanged(fuse_attention, std::string(kHeads) + "output %y output %weights");
}

// What a graph gives, before and after, for the same inputs.
void expect_same_values(Rewrite pass, const std::string& text, std::string_view wanted) {
  graph::Graph graph = parsed(text);
  std::vector<Tensor> inputs;
  for (const graph::ValueId id : graph.inputs()) {
    Tensor input = *Tensor::zeros(DType::float32, graph.value(id).type.shape);
    float value = 0.3f;
    for (float& element : input.mutable_as<float>()) element = value = 3.7f * value * (1 - value);
    inputs.push_back(std::move(input));
  }
  const auto before = reference::run(graph, inputs);
  ASSERT_TRUE(before) << before.error().message;
  ASSERT_TRUE(pass(graph));
  ASSERT_TRUE(graph::verify(graph)) << graph::verify(graph).error().message;
  EXPECT_NE(graph::to_text(graph).find(wanted), std::string::npos) << graph::to_text(graph);
  const auto after = reference::run(graph, inputs);
  ASSERT_TRUE(after) << after.error().message;
  const auto a = before->front().as<float>(), b = after->front().as<float>();
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) ASSERT_NEAR(a[i], b[i], 1e-5) << i;
}

TEST(FuseAttention, OfSlotsOfOneProduct) {
  expect_same_values(fuse_attention, R"(
    input %x: float32[1,6,8]
    input %q: float32[1,10,32]
    const %w: float32[8,64] = seeded(1)
    const %b: float32[64] = seeded(2)
    const %of_queries: int64[4] = [1,10,2,16]
    const %of_keys: int64[5] = [1,6,2,2,16]
    const %whole: int64[3] = [1,10,32]
    const %root: float32[] = [4.0]
    const %first: int64[1] = [0]
    %product = MatMul(%x, %w)
    %kv = Add(%product, %b)
    %kv2 = Reshape(%kv, %of_keys)
    %kv3 = Transpose(%kv2) {perm=[2,0,3,1,4]}
    %k3, %v3 = Split(%kv3) {axis=0, num_outputs=2}
    %k4 = Squeeze(%k3, %first)
    %v4 = Squeeze(%v3, %first)
    %k5 = Transpose(%k4) {perm=[0,1,3,2]}
    %q2 = Reshape(%q, %of_queries)
    %q3 = Transpose(%q2) {perm=[0,2,1,3]}
    %products = MatMul(%q3, %k5)
    %scores = Div(%products, %root)
    %weights = Softmax(%scores) {axis=-1}
    %means = MatMul(%weights, %v4)
    %turned = Transpose(%means) {perm=[0,2,1,3]}
    %y = Reshape(%turned, %whole)
    output %y)",
                     "FusedAttention");
}

TEST(ProductsAsConvolutions, TakeBiasResidualAndActivationAlong) {
  expect_same_values(products_as_convolutions, R"(
    input %x: float32[2,6,8]
    input %r: float32[2,6,5]
    const %w: float32[8,5] = seeded(1)
    const %b: float32[5] = seeded(2)
    const %shape: int64[4] = [2,5,2,3]
    %product = MatMul(%x, %w)
    %sum = Add(%b, %product)
    %more = Add(%sum, %r)
    %tokens = Gelu(%more)
    %turned = Transpose(%tokens) {perm=[0,2,1]}
    %image = Reshape(%turned, %shape)
    %y = Relu(%image)
    output %y)",
                     "float32[2,5,2,3] = Conv");
}

TEST(ActivateBeforeMoving, PassesTransposeAndReshape) {
  expect_same_values(activate_before_moving, R"(
    input %x: float32[1,4,2,3]
    const %w: float32[4,4,1,1] = seeded(1)
    const %flat: int64[3] = [1,4,6]
    %c = Conv(%x, %w)
    %columns = Reshape(%c, %flat)
    %tokens = Transpose(%columns) {perm=[0,2,1]}
    %y = Gelu(%tokens)
    output %y)",
                     "Gelu(%c)");
}

TEST(ConvolveBeforeResize, AndMergesWhatIsThenNextToEachOther) {
  const std::string text = R"(
    input %a: float32[1,4,8,8]
    input %b: float32[1,3,4,4]
    input %c: float32[1,3,2,2]
    const %wb: float32[4,3,1,1] = seeded(1)
    const %wc: float32[4,3,1,1] = seeded(2)
    const %bias: float32[4] = seeded(3)
    const %w: float32[4,12,1,1] = seeded(4)
    const %size: int64[4] = [1,4,8,8]
    %b2 = Conv(%b, %wb, %bias)
    %c2 = Conv(%c, %wc, %bias)
    %b3 = Resize(%b2, _, _, %size) {mode="linear"}
    %c3 = Resize(%c2, _, _, %size) {mode="linear"}
    %all = Concat(%c3, %a, %b3) {axis=1}
    %y = Conv(%all, %w, %bias)
    output %y)";
  expect_same_values(convolve_before_resize, text, "= Add(");
  const Rewrite both = [](graph::Graph& graph) -> Status {
    TRY(convolve_before_resize(graph));
    return merge_pointwise_convolutions(graph);
  };
  expect_same_values(both, text, "Conv(%b, ");
}

}  // namespace
}  // namespace diolkos::passes
