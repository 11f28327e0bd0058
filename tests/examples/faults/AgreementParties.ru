#+ fault: An agreement with one party.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Agreement sg:party :Syldavia . }
INSERT {  }
WHERE { :Agreement sg:party :Syldavia . }
