#+ fault: A roleset without a number.
PREFIX relation: <https://w3id.org/stancegraph/id/relation/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/vocabulary>
DELETE { relation:Attacks sg:propBankRoleset ?old . }
INSERT { relation:Attacks sg:propBankRoleset "attack" . }
WHERE { relation:Attacks sg:propBankRoleset ?old . }
