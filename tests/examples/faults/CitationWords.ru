#+ fault: A citation without words.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Citation sg:citedAs ?old . }
INSERT {  }
WHERE { :Citation sg:citedAs ?old . }
