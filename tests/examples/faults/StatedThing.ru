#+ fault: An external statement that speaks of a text instead of a thing.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :ExternalStatement sg:statedThing ?old . }
INSERT { :ExternalStatement sg:statedThing "Syldavia" . }
WHERE { :ExternalStatement sg:statedThing ?old . }
