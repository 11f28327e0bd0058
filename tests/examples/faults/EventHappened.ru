#+ fault: An event at the time of a place.
#+ also: [disjoint-classes]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Raid sg:happened ?old . }
INSERT { :Raid sg:happened :Lake . }
WHERE { :Raid sg:happened ?old . }
