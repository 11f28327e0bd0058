#+ fault: An actor as evidence.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Curation sg:counterEvidence ?old . }
INSERT { :Curation sg:counterEvidence :Syldavia . }
WHERE { :Curation sg:counterEvidence ?old . }
