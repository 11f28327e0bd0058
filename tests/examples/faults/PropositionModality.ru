#+ fault: A proposition that does not say in which way it is meant to hold.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Reason sg:modality ?old . }
INSERT {  }
WHERE { :Reason sg:modality ?old . }
