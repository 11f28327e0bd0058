#+ fault: A publication published by a place.
#+ also: [disjoint-classes]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Report sg:publishedBy ?old . }
INSERT { :Report sg:publishedBy :Lake . }
WHERE { :Report sg:publishedBy ?old . }
