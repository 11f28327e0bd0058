#+ fault: A publication written by a place.
#+ also: [disjoint-classes]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Article sg:author ?old . }
INSERT { :Article sg:author :Lake . }
WHERE { :Article sg:author ?old . }
