#+ fault: A forum convened by a place.
#+ also: [disjoint-classes]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Congress sg:convenedBy ?old . }
INSERT { :Congress sg:convenedBy :Lake . }
WHERE { :Congress sg:convenedBy ?old . }
