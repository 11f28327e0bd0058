#+ fault: A citation of nothing.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Citation sg:citedPublication ?old . }
INSERT {  }
WHERE { :Citation sg:citedPublication ?old . }
