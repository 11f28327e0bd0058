#+ fault: An actor as a unit.
#+ also: [disjoint-classes]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Reason sg:unit ?old . }
INSERT { :Reason sg:unit :Syldavia . }
WHERE { :Reason sg:unit ?old . }
