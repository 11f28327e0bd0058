#+ fault: An ambiguity without a question.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Ambiguity sg:question ?old . }
INSERT {  }
WHERE { :Ambiguity sg:question ?old . }
