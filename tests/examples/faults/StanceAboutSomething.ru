#+ fault: A stance about nothing.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Earlier sg:issue ?old . }
INSERT {  }
WHERE { :Earlier sg:issue ?old . }
