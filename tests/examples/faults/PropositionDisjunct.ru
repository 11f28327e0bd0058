#+ fault: A proposition that leaves open an actor.
#+ also: [disjoint-classes, role-not-taken]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE {  }
INSERT { :War sg:disjunct :Syldavia . }
WHERE {  }
