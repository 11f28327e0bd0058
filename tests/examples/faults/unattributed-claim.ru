#+ fault: A claim that nobody puts forward.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Own sg:putsForward :Conditional . }
INSERT {  }
WHERE { :Own sg:putsForward :Conditional . }
