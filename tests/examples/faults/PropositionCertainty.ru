#+ fault: A proposition that does not say how sure it is.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Reason sg:certainty ?old . }
INSERT {  }
WHERE { :Reason sg:certainty ?old . }
