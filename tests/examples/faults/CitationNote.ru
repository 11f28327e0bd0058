#+ fault: Note zero.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Citation sg:noteNumber ?old . }
INSERT { :Citation sg:noteNumber 0 . }
WHERE { :Citation sg:noteNumber ?old . }
