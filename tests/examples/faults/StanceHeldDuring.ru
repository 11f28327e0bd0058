#+ fault: A stance held during a place.
#+ also: [disjoint-classes]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Stance sg:heldDuring ?old . }
INSERT { :Stance sg:heldDuring :Lake . }
WHERE { :Stance sg:heldDuring ?old . }
