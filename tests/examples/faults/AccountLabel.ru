#+ fault: An account without a label.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :RaidAccount rdfs:label ?old . }
INSERT {  }
WHERE { :RaidAccount rdfs:label ?old . }
