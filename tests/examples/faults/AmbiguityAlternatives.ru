#+ fault: An ambiguity with one reading.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Ambiguity sg:alternative :Raid . }
INSERT {  }
WHERE { :Ambiguity sg:alternative :Raid . }
