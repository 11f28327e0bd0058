#+ fault: A heading that begins within a sentence.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Heading sg:charStart ?old . }
INSERT { :Heading sg:charStart 5 . }
WHERE { :Heading sg:charStart ?old . }
