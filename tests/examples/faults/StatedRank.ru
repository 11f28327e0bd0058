#+ fault: An external statement that its own source calls wrong.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX rank: <https://w3id.org/stancegraph/id/rank/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :ExternalStatement sg:statedRank ?old . }
INSERT { :ExternalStatement sg:statedRank rank:Deprecated . }
WHERE { :ExternalStatement sg:statedRank ?old . }
