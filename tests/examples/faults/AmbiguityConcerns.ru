#+ fault: An ambiguity about nothing.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Ambiguity sg:concerns ?old . }
INSERT {  }
WHERE { :Ambiguity sg:concerns ?old . }
