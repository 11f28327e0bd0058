#+ fault: An account of nothing.
#+ also: [event-without-account]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :RaidAccount sg:accountOf ?old . }
INSERT {  }
WHERE { :RaidAccount sg:accountOf ?old . }
