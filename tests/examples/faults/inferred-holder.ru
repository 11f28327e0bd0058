#+ fault: A holder that only inference gives.
#+ also: [StanceHolder, functional-property]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/inferred/owl-rl>
DELETE {  }
INSERT { :Earlier sg:holder :Ruritania . }
WHERE {  }
