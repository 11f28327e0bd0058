#+ fault: A policy that acts.
#+ also: [disjoint-classes]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :War sg:agent ?old . }
INSERT { :War sg:agent :Pact . }
WHERE { :War sg:agent ?old . }
