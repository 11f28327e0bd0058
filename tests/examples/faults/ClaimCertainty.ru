#+ fault: A certainty of another scheme.
#+ also: [disjoint-classes]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX position: <https://w3id.org/stancegraph/id/position/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Reason sg:certainty ?old . }
INSERT { :Reason sg:certainty position:Neutral . }
WHERE { :Reason sg:certainty ?old . }
