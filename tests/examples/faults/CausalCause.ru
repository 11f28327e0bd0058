#+ fault: An actor as a cause.
#+ also: [disjoint-classes]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Causal sg:cause ?old . }
INSERT { :Causal sg:cause :Syldavia . }
WHERE { :Causal sg:cause ?old . }
