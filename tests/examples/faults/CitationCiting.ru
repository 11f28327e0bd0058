#+ fault: A citation that stands nowhere.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Citation sg:citingPublication ?old . }
INSERT {  }
WHERE { :Citation sg:citingPublication ?old . }
