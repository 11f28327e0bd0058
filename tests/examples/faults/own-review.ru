#+ fault: A curation that who made it reviewed, too.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Curation sg:reviewedBy ?old . }
INSERT { :Curation sg:reviewedBy :RuritanianOfficials . }
WHERE { :Curation sg:reviewedBy ?old . }
