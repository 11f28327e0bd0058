#+ fault: A proposition about the time of a place.
#+ also: [disjoint-classes]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :War sg:timeReference ?old . }
INSERT { :War sg:timeReference :Lake . }
WHERE { :War sg:timeReference ?old . }
