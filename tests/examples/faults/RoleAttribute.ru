#+ fault: An actor as an attribute.
#+ also: [disjoint-classes]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Condition sg:attribute ?old . }
INSERT { :Condition sg:attribute :Syldavia . }
WHERE { :Condition sg:attribute ?old . }
