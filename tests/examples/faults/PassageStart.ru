#+ fault: A passage that starts behind its end.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Heading sg:charStart ?old . }
INSERT { :Heading sg:charStart 30 . }
WHERE { :Heading sg:charStart ?old . }
