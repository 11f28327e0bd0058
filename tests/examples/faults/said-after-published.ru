#+ fault: A speech later than the report of it.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Speech sg:happened ?old . }
INSERT { :Speech sg:happened :June . }
WHERE { :Speech sg:happened ?old . }
