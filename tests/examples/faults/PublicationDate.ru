#+ fault: A publication that came out in a place.
#+ also: [disjoint-classes]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Report sg:published ?old . }
INSERT { :Report sg:published :Lake . }
WHERE { :Report sg:published ?old . }
