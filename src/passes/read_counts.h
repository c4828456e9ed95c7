// How many inputs of live nodes read each value: counted once for a whole rewrite, where Graph looks at every node each
// time. The rewrite tells what it changes: remove() what it will change or erase, add() what it has made of it.
#pragma once

#include <cstddef>
#include <vector>

#include "graph/graph.h"

namespace diolkos::passes {

class ReadCounts {
 public:
  explicit ReadCounts(const graph::Graph& graph);

  void remove(const graph::Node& node);
  void add(const graph::Node& node);

  std::size_t operator[](graph::ValueId id) const;
  // As graph.sole_producer(id, op).
  graph::NodeId sole_producer(const graph::Graph& graph, graph::ValueId id, graph::Op op) const;

 private:
  std::vector<std::size_t> counts_;  // by value; values made later are behind its end until a node reads them
};

}  // namespace diolkos::passes
