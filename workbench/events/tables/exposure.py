"""How assets hang together, and how one leads to the next."""

from workbench.events.tables._declare import Column, Family, Table

EXPOSURE_GRAPH_NODES = Table(
    "ExposureGraphNodes",
    "Assets of the exposure graph: people, devices, cloud resources, applications.",
    (
        Column("NodeId", "string", "Key of the node"),
        Column("NodeLabel", "string", "Kind of asset, e.g. user or virtual machine"),
        Column("NodeName", "string", "Name of the asset"),
        Column("Categories", "dynamic", "Threat categories as a JSON list"),
        Column("NodeProperties", "dynamic", "Further facts, e.g. risk, exposure to the internet, criticality"),
        Column("EntityIds", "dynamic", "Keys of the asset in the systems that know it"),
    ),
    key=("NodeId",),
    required=("NodeId", "NodeLabel"),
    time="",
    partition="none",
)

EXPOSURE_GRAPH_EDGES = Table(
    "ExposureGraphEdges",
    "How one asset of the exposure graph can be reached from another.",
    (
        Column("EdgeId", "string", "Key of the edge"),
        Column("EdgeLabel", "string", "What the edge says, e.g. can authenticate as"),
        Column("SourceNodeId", "string", "Node the edge starts from"),
        Column("SourceNodeName", "string", "Name of that node"),
        Column("SourceNodeLabel", "string", "Kind of that node, e.g. user or virtual machine"),
        Column("SourceNodeCategories", "dynamic", "Classes that node belongs to, e.g. identity"),
        Column("TargetNodeId", "string", "Node the edge leads to"),
        Column("TargetNodeName", "string", "Name of the node it leads to"),
        Column("TargetNodeLabel", "string", "Kind of the node it leads to"),
        Column("TargetNodeCategories", "dynamic", "Classes the node it leads to belongs to"),
        Column("EdgeProperties", "dynamic", "Further facts of the edge, e.g. where credentials were found"),
    ),
    key=("EdgeId",),
    required=("EdgeId", "SourceNodeId", "TargetNodeId"),
    time="",
    partition="none",
)

FAMILY = Family(
    "exposure",
    "Exposure graph",
    (
        EXPOSURE_GRAPH_NODES,
        EXPOSURE_GRAPH_EDGES,
    ),
)
