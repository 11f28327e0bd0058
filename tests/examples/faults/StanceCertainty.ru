#+ fault: A stance that does not say how sure it is.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Stance sg:certainty ?old . }
INSERT {  }
WHERE { :Stance sg:certainty ?old . }
