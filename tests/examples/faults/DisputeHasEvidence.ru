#+ fault: A dispute without evidence.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Curation sg:counterEvidence ?old . }
INSERT {  }
WHERE { :Curation sg:counterEvidence ?old . }
