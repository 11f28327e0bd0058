#+ fault: An unnamed mention of something that is no actor.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Mention sg:refersTo ?old . }
INSERT { :Mention a sg:UnnamedMention ; sg:refersTo :Lake . }
WHERE { :Mention sg:refersTo ?old . }
